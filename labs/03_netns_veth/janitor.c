/* janitor.c - who clears the host when the program is dead. */

#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "exit.h"
#include "janitor.h"
#include "run.h"
#include "sync.h"
#include "veth.h"

static struct sync over; /* "go" for the links shall stay */
static pid_t janitor; /* 0 if there is none */

/* End-of-file on the pipe is what every kind of death has in common. */
static _Noreturn void
janitor_main(const struct box box[], unsigned int boxes, const char *bridge)
{
	setsid(); /* out of the reach of who kills the whole group */
	if (sync_wait(&over) == 0)
		_exit(0);
	for (unsigned int i = 0; i < boxes; i++)
		link_delete(box[i].cable);
	if (*bridge != '\0')
		link_delete(bridge);
	_exit(0);
}

static void
at_exit(void)
{
	if (janitor == 0)
		return;
	sync_close(&over);
	run_wait(janitor);
}

void
janitor_hire(const struct box box[], unsigned int boxes, const char *bridge)
{
	sync_open(&over);
	fflush(NULL);
	janitor = fork();
	if (janitor == -1)
		err(EXIT_OWN, "fork");
	if (janitor == 0)
		janitor_main(box, boxes, bridge);
	if (atexit(at_exit) != 0)
		errx(EXIT_OWN, "atexit");
}

void
janitor_dismiss(void)
{
	sync_go(&over);
	run_wait(janitor);
	janitor = 0;
}

void
janitor_forget(void)
{
	if (janitor == 0)
		return;
	sync_close(&over);
	janitor = 0;
}
