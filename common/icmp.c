/* icmp.c - one ping on a raw socket.  See raw(7), icmp(7) and RFC 792. */

#define _GNU_SOURCE
#include <sys/socket.h>

#include <linux/icmp.h>
#include <netinet/in.h>
#include <netinet/ip.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "icmp.h"

static long
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

/* The Internet checksum of RFC 1071: the ones' complement sum of the words. */
static uint16_t
checksum(const void *data, size_t size)
{
	const uint8_t *byte = data;
	uint32_t sum = 0;
	uint16_t word;

	for (size_t i = 0; i + 1 < size; i += sizeof(word)) {
		memcpy(&word, byte + i, sizeof(word));
		sum += word;
	}
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Read packets until our reply comes or the deadline passes. */
static int
wait_reply(int fd, const struct icmphdr *request, long deadline)
{
	/* A raw socket hands over the IP header too. */
	union {
		struct iphdr ip;
		uint8_t byte[512];
	} packet;
	struct icmphdr reply;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	long left;
	ssize_t n;
	size_t ip_size;

	while ((left = deadline - now_us()) > 0) {
		if (poll(&pfd, 1, (int)(left / 1000) + 1) <= 0)
			continue;
		n = recv(fd, &packet, sizeof(packet), 0);
		if (n == -1)
			return -1;
		ip_size = packet.ip.ihl * 4u;
		if ((size_t)n < ip_size + sizeof(reply))
			continue;
		memcpy(&reply, packet.byte + ip_size, sizeof(reply));
		if (reply.type == ICMP_ECHOREPLY &&
		    reply.un.echo.id == request->un.echo.id)
			return 0;
	}
	errno = ETIMEDOUT;
	return -1;
}

long
icmp_ping(const char *address, int timeout)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct icmphdr request = { .type = ICMP_ECHO };
	long start;
	int fd, result = -1, saved;

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1) {
		errno = EINVAL;
		return -1;
	}
	fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	if (fd == -1)
		return -1;
	request.un.echo.id = htons((uint16_t)getpid());
	request.un.echo.sequence = htons(1);
	request.checksum = checksum(&request, sizeof(request));
	start = now_us();
	if (sendto(fd, &request, sizeof(request), 0, (struct sockaddr *)&to,
		sizeof(to)) != -1)
		result = wait_reply(fd, &request, start + timeout * 1000L);
	saved = errno;
	close(fd);
	errno = saved;
	return result == 0 ? now_us() - start : -1;
}
