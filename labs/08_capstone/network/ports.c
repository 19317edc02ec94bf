/*
 * ports.c - ports of the host that lead into a box.
 *
 * The kernel rewrites addresses before it looks for a listener, so a rule
 * alone would quietly take a port away from the host's own server.  We bind
 * each port ourselves: then bind(2) refuses whoever comes second, be it a
 * server or a box, and all ends with the process, even by SIGKILL.
 * Read: ip(7), tcp(7), socket(7).
 */

#define _GNU_SOURCE
#include <sys/socket.h>

#include <netinet/in.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "file.h"
#include "options.h"
#include "ports.h"

#define ANY "0.0.0.0" /* as docker shows "all addresses" */

static const char *
protocol(const struct port *port)
{
	return port->udp ? "udp" : "tcp";
}

/*
 * Connections of a server that was here before linger for a minute, and only
 * with SO_REUSEADDR they do not count.  But then two that only bind would
 * both get the port.  listen(2) tells them apart; nobody shall connect here,
 * so stop listening at once: the port stays ours.
 */
static int
bind_in_spite(int fd, const struct sockaddr_in *address)
{
	const int on = 1, off = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, (const struct sockaddr *)address, sizeof(*address)) ==
		-1 ||
	    listen(fd, 1) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &off, sizeof(off)) == -1)
		return -1;
	return shutdown(fd, SHUT_RDWR);
}

/* Bind a port of the host.  A descriptor that keeps it, or -1. */
static int
bind_port(struct port *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port->host),
	};
	socklen_t size = sizeof(address);
	int fd, saved, result;

	if (port->address[0] != '\0')
		inet_pton(AF_INET, port->address, &address.sin_addr);
	fd = socket(
	    AF_INET, (port->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (port->udp || port->host == 0)
		result = bind(fd, (struct sockaddr *)&address, size);
	else
		result = bind_in_spite(fd, &address);
	if (result == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &size) == 0) {
		port->host = ntohs(address.sin_port);
		return fd;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static void
complain(const struct port *port)
{
	const char *address = port->address[0] != '\0' ? port->address : ANY;

	if (errno == EADDRINUSE)
		warnx("-p %s:%u/%s: in use, by a box (box ps) or "
		      "another program (ss -l)",
		    address, port->host, protocol(port));
	else if (errno == EADDRNOTAVAIL)
		warnx("-p %s: no address of this host", address);
	else
		warn("-p %s:%u/%s", address, port->host, protocol(port));
}

static int
write_list(const struct config *config, const struct state *state)
{
	char path[PATH_MAX];
	FILE *list;

	file_path(path, sizeof(path), "%s/ports", state->dir);
	list = fopen(path, "we");
	if (list == NULL)
		return -1;
	for (size_t i = 0; i < config->port_count; i++) {
		const struct port *port = &config->ports[i];

		fprintf(list, "%s %s %u %u\n", protocol(port),
		    port->address[0] != '\0' ? port->address : ANY, port->host,
		    port->box);
	}
	return fclose(list);
}

static bool
is_published(const struct config *config, const struct port *port)
{
	for (size_t i = 0; i < config->port_count; i++)
		if (config->ports[i].box == port->box &&
		    config->ports[i].udp == port->udp)
			return true;
	return false;
}

/* One with a -p of its own may be for this host alone, and stays so. */
void
ports_publish_exposed(struct config *config)
{
	for (size_t i = 0; config->publish_all && i < config->exposed_count;
	     i++) {
		if (is_published(config, &config->exposed[i]))
			continue;
		config->ports = options_grow(
		    config->ports, config->port_count, sizeof(*config->ports));
		config->ports[config->port_count++] = config->exposed[i];
	}
	config->publish_all = false;
}

int
ports_claim(const struct config *config, const struct state *state)
{
	for (size_t i = 0; i < config->port_count; i++) {
		struct port *port = &config->ports[i];

		port->claim = bind_port(port);
		if (port->claim == -1) {
			complain(port);
			ports_release(config, state);
			return -1;
		}
	}
	if (write_list(config, state) == 0)
		return 0;
	warn("%s/ports", state->dir);
	ports_release(config, state);
	return -1;
}

void
ports_forget(const char *home, const char *id)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/containers/%s/ports", home, id);
	unlink(path);
}

void
ports_hand_on(const struct config *config)
{
	for (size_t i = 0; i < config->port_count; i++) {
		if (config->ports[i].claim != -1)
			close(config->ports[i].claim);
		config->ports[i].claim = -1;
	}
}

void
ports_release(const struct config *config, const struct state *state)
{
	ports_hand_on(config);
	ports_forget(state->home, state->id);
}

FILE *
ports_list(const char *home, const char *id)
{
	char path[PATH_MAX];

	file_path(path, sizeof(path), "%s/containers/%s/ports", home, id);
	return fopen(path, "re");
}

bool
ports_next(FILE *list, struct port *port)
{
	char name[4];
	unsigned int host, box;

	*port = (struct port){ .claim = -1 };
	if (fscanf(list, "%3s %15s %u %u\n", name, port->address, &host,
		&box) != 4)
		return false;
	port->udp = strcmp(name, "udp") == 0;
	port->host = (uint16_t)host;
	port->box = (uint16_t)box;
	return true;
}
