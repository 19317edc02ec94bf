/* cmd_port.c - "box port": which ports of the host lead into a box. */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>

#include "cmd.h"
#include "exit.h"
#include "join.h"
#include "options.h"
#include "ports.h"

int
cmd_port(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct state state = { .lock = -1 };
	char id[STATE_ID_SIZE];
	struct port port;
	FILE *list;
	int first;

	first = options_read(argc, argv, groups, "port CONTAINER", NULL);
	if (first != argc - 1)
		errx(EXIT_OWN, "usage: box port CONTAINER");
	cmd_open(&state);
	if (join_find(&state, argv[first], id) == -1)
		return EXIT_OWN;
	list = ports_list(state.home, id);
	while (list != NULL && ports_next(list, &port))
		printf("%u/%s -> %s:%u\n", port.box, port.udp ? "udp" : "tcp",
		    port.address, port.host);
	if (list != NULL)
		fclose(list);
	return 0;
}
