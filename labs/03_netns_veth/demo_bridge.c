/* demo_bridge.c - second half: boxes on a bridge, each with its port 80. */

#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/time.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boxes.h"
#include "demo.h"
#include "exit.h"
#include "links.h"
#include "nsid.h"
#include "run.h"
#include "veth.h"

#define BRIDGE "br0"

/* A TCP socket that does not wait for ever. */
static int
tcp_socket(void)
{
	struct timeval patience = { .tv_sec = 2 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 ||
	    setsockopt(
		fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) ||
	    setsockopt(
		fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)))
		err(EXIT_OWN, "socket");
	return fd;
}

/* A port 80 for each: ports belong to the namespace. */
static int
listen_80(void)
{
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_port = htons(80),
	};
	int fd = tcp_socket();

	say_claim(SAY_BOX,
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0 &&
		listen(fd, 1) == 0,
	    "I listen on port 80 of net:[%ju]", (uintmax_t)ns_id(0, "net"));
	return fd;
}

/*
 * Tell one caller the number of this box, and stay until it hangs up: another
 * box may still want to greet this one.
 */
static void
answer_80(int fd, unsigned int number)
{
	char text[16];
	int caller = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	snprintf(text, sizeof(text), "box %u", number);
	if (caller == -1 || write(caller, text, strlen(text)) == -1 ||
	    read(caller, text, 1) == -1)
		err(EXIT_OWN, "port 80");
	close(caller);
	close(fd);
}

/* Who answers on port 80 of an address?  Returns the open connection. */
static int
call_80(const char *address, char answer[16])
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(80),
	};
	int fd = tcp_socket();
	ssize_t n = -1;

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
		errx(EXIT_OWN, "%s: no address", address);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		n = read(fd, answer, 15);
	if (n == -1)
		n = snprintf(answer, 16, "nobody");
	answer[n] = '\0';
	return fd;
}

/* A box: greet the next one, the last the first, and serve a caller. */
static _Noreturn void
neighbour_main(
    struct box *box, const struct network *network, unsigned int boxes)
{
	char address[CIDR_SIZE];
	int fd;

	say(SAY_BOX, "net:[%ju]", (uintmax_t)ns_id(0, "net"));
	box_meet(&box->made, &box->wired);
	box_configure(box, network, "eth0");
	look_at(SAY_BOX, "eth0");
	fd = listen_80();
	box_meet(&box->ready, &box->go);
	if (boxes > 1) {
		address_nth(address, network->box, box->number % boxes);
		claim_ping(SAY_BOX, address, "the next box");
	}
	answer_80(fd, box->number);
	exit(say_verdict());
}

/* In steps what the message of veth_create() can do at once. */
static void
plug_in(const struct box *box)
{
	if (veth_create(box->cable, "eth0", box->pid, NULL) == -1)
		err(EXIT_OWN, "veth pair: %s and eth0", box->cable);
	if (bridge_attach(BRIDGE, box->cable) == -1)
		err(EXIT_OWN, "attach %s to " BRIDGE, box->cable);
	switch_on(box->cable);
	look_at(SAY_HOST, box->cable);
}

/* Its exit status if it failed on the way, else 0. */
static int
start_neighbour(
    struct box *box, const struct network *network, unsigned int boxes)
{
	snprintf(box->cable, sizeof(box->cable), "port%u", box->number);
	if (box_start(box))
		neighbour_main(box, network, boxes);
	if (sync_wait(&box->made) == -1)
		return run_wait(box->pid);
	plug_in(box);
	sync_go(&box->wired);
	if (sync_wait(&box->ready) == -1)
		return run_wait(box->pid);
	link_await(box->cable, PATIENCE);
	return 0;
}

/* All lines stay open until each box has been called: nobody leaves early. */
static void
call_all(const struct network *network, unsigned int boxes)
{
	char address[CIDR_SIZE], answer[16], expected[16];
	int line[BOXES_MAX];

	for (unsigned int i = 0; i < boxes; i++) {
		address_nth(address, network->box, i);
		line[i] = call_80(address, answer);
		snprintf(expected, sizeof(expected), "box %u", i + 1);
		say_claim(SAY_HOST, strcmp(answer, expected) == 0,
		    "port 80 of %s is served by %s", address, answer);
	}
	for (unsigned int i = 0; i < boxes; i++)
		close(line[i]);
}

int
demonstrate_bridge(const struct network *network, unsigned int boxes)
{
	struct box box[BOXES_MAX] = { 0 };
	int result = 0, status;

	say(SAY_HOST, "now %u boxes on a bridge, as on docker0", boxes);
	if (bridge_create(BRIDGE) == -1)
		err(EXIT_OWN, "bridge " BRIDGE);
	give_address(BRIDGE, network->host);
	switch_on(BRIDGE);
	for (unsigned int i = 0; i < boxes; i++) {
		box[i].number = i + 1;
		status = start_neighbour(&box[i], network, boxes);
		if (status != 0)
			return status;
	}
	for (unsigned int i = 0; i < boxes; i++)
		sync_go(&box[i].go);
	call_all(network, boxes);
	for (unsigned int i = 0; i < boxes; i++) {
		status = run_wait(box[i].pid);
		if (status != 0)
			result = status;
	}
	return result;
}
