/* boxes.c - the tool: a command in a box, or in each of several. */

#define _GNU_SOURCE
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "boxes.h"
#include "exit.h"
#include "janitor.h"
#include "links.h"
#include "netns.h"
#include "nsid.h"
#include "run.h"
#include "say.h"
#include "veth.h"

static void
save(const char *name)
{
	if (netns_save(name) == 0)
		return;
	if (errno == EINVAL)
		errx(EXIT_OWN, "name \"%s\": not a file name", name);
	if (errno == EPERM || errno == EACCES || errno == EROFS)
		err(EXIT_OWN, "/run/netns/%s (-s " ROOT_ADVICE ")", name);
	err(EXIT_OWN, "/run/netns/%s", name);
}

/* A box on its way to its command. */
static _Noreturn void
box_main(const struct job *job, struct box *box)
{
	char number[16];

	say(SAY_BOX, "net:[%ju]", (uintmax_t)ns_id(0, "net"));
	box_meet(&box->made, &box->wired);
	box_configure(box, &job->network, "eth0");
	look_at(SAY_BOX, "eth0");
	if (job->save_name != NULL)
		save(job->save_name);
	box_meet(&box->ready, &box->go);

	snprintf(number, sizeof(number), "%u", box->number);
	if (setenv("BOX", number, 1) == -1)
		err(EXIT_OWN, "setenv");
	if (sigprocmask(SIG_SETMASK, &job->mask, NULL) == -1)
		err(EXIT_OWN, "sigprocmask");
	run_exec(job->argv);
}

/* The host's side: a cable into the box, from here or from the bridge. */
static void
wire_box(const struct job *job, const struct box *box)
{
	const char *bridge = job->bridged ? job->bridge : NULL;

	if (veth_create(box->cable, "eth0", box->pid, bridge) == -1)
		err(EXIT_OWN, "veth pair: %s and eth0", box->cable);
	if (!job->bridged) {
		give_address(box->cable, job->network.host);
		switch_on(box->cable);
	}
	look_at(SAY_HOST, box->cable);
}

/* Start a box and wire it.  Its exit status if it failed on the way, else 0. */
static int
start_box(const struct job *job, struct box *box)
{
	if (box_start(box))
		box_main(job, box);
	if (sync_wait(&box->made) == -1)
		return run_wait(box->pid);
	wire_box(job, box);
	sync_go(&box->wired);
	if (sync_wait(&box->ready) == -1)
		return run_wait(box->pid);
	link_await(box->cable, PATIENCE); /* a lost packet costs a second */
	return 0;
}

/* Make the bridge, if any, and the boxes; then they may all go. */
static int
start_boxes(struct job *job)
{
	int status;

	if (job->bridged) {
		if (bridge_create(job->bridge) == -1)
			err(EXIT_OWN, "bridge %s", job->bridge);
		give_address(job->bridge, job->network.host);
		switch_on(job->bridge);
	}
	for (unsigned int i = 0; i < job->boxes; i++) {
		status = start_box(job, &job->box[i]);
		if (status != 0)
			return status;
	}
	for (unsigned int i = 0; i < job->boxes; i++)
		sync_go(&job->box[i].go);
	return 0;
}

/* Collect boxes that are over; how many are not. */
static unsigned int
reap(struct job *job)
{
	unsigned int left = 0;
	int wstatus;

	for (unsigned int i = 0; i < job->boxes; i++) {
		struct box *box = &job->box[i];

		if (box->pid == 0)
			continue;
		if (waitpid(box->pid, &wstatus, WNOHANG) != box->pid) {
			left++;
			continue;
		}
		box->status = exit_status(wstatus);
		box->pid = 0;
	}
	return left;
}

/*
 * Wait for the boxes, and pass signals on: they shall end by their own will,
 * and we after them.  What the terminal sends has reached them already.
 */
static void
supervise(struct job *job)
{
	siginfo_t info;

	while (reap(job) > 0) {
		if (sigwaitinfo(&job->signals, &info) == -1 ||
		    info.si_signo == SIGCHLD || info.si_code == SI_KERNEL)
			continue;
		for (unsigned int i = 0; i < job->boxes; i++)
			if (job->box[i].pid != 0)
				kill(job->box[i].pid, info.si_signo);
	}
}

/* Names that nobody else on the host has. */
static void
choose_names(struct job *job)
{
	unsigned int token = arc4random() & 0xffffff;

	if (job->bridged)
		snprintf(job->bridge, IFNAMSIZ, "br%06x", token);
	for (unsigned int i = 0; i < job->boxes; i++) {
		job->box[i].number = i + 1;
		snprintf(job->box[i].cable, IFNAMSIZ, "veth%06x-%u", token,
		    job->box[i].number);
	}
}

/* Blocked, they stay pending until supervise() takes them. */
static void
block_signals(struct job *job)
{
	sigemptyset(&job->signals);
	sigaddset(&job->signals, SIGCHLD);
	sigaddset(&job->signals, SIGHUP);
	sigaddset(&job->signals, SIGINT);
	sigaddset(&job->signals, SIGQUIT);
	sigaddset(&job->signals, SIGTERM);
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR ||
	    sigprocmask(SIG_BLOCK, &job->signals, &job->mask) == -1)
		err(EXIT_OWN, "sigprocmask");
}

int
boxes_run(struct job *job)
{
	char address[CIDR_SIZE];
	int status;

	become_able(false);
	address_nth(address, job->network.host, 0);
	if (has_address(address))
		errx(EXIT_OWN,
		    "%s: the host has this address already "
		    "(choose others with -a and -p)",
		    address);

	choose_names(job);
	block_signals(job);
	janitor_hire(job->box, job->boxes, job->bridge);
	status = start_boxes(job);
	if (status != 0)
		return status;
	if (job->save_name != NULL)
		janitor_dismiss(); /* the name keeps the box, and its cable */
	supervise(job);
	for (unsigned int i = 0; i < job->boxes && status == 0; i++)
		status = job->box[i].status;
	return status;
}
