/* cmd_port.c - "box port": which ports of the host lead into a box. */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>

#include "cmd.h"
#include "exit.h"
#include "lookup.h"
#include "options.h"
#include "ports.h"

int
cmd_port(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { NULL };
	struct state state = STATE_NONE;
	struct port port;
	FILE *list;
	int first;

	first = options_read(argc, argv, groups, "port CONTAINER", NULL);
	if (first != argc - 1)
		errx(EXIT_OWN, "usage: box port CONTAINER");
	cmd_look(&state);
	if (find_container(&state, argv[first]) == -1)
		return EXIT_OWN;
	list = ports_list(state.home, state.id);
	while (list != NULL && ports_next(list, &port))
		printf("%u/%s -> %s:%u\n", port.box, port.udp ? "udp" : "tcp",
		    port.address, port.host);
	if (list != NULL)
		fclose(list);
	return 0;
}
