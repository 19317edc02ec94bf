/* flow.c - bytes on their way between the caller and the box.  See poll(2). */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"
#include "flow.h"

void
flow_begin(struct flow *flow, int from, int to)
{
	flow->from = from;
	flow->to = to;
	flow->used = 0;
	flow->ended = from == -1;
	flow->error = 0;
}

void
flow_poll(const struct flow *flow, struct pollfd pfd[2])
{
	bool room = flow->used < sizeof(flow->buf) && !flow->ended;

	/* poll(2) passes over a negative descriptor. */
	pfd[0] = (struct pollfd){ room ? flow->from : -1, POLLIN, 0 };
	pfd[1] = (struct pollfd){ flow->used > 0 ? flow->to : -1, POLLOUT, 0 };
}

void
flow_move(struct flow *flow, const struct pollfd pfd[2])
{
	ssize_t n;

	if (pfd[0].revents != 0) {
		n = read(flow->from, flow->buf + flow->used,
		    sizeof(flow->buf) - flow->used);
		if (n > 0)
			flow->used += (size_t)n;
		else if (n == 0 || (errno != EINTR && errno != EAGAIN))
			flow->ended = true;
	}
	if (pfd[1].revents != 0) {
		n = write(flow->to, flow->buf, flow->used);
		if (n > 0) {
			flow->used -= (size_t)n;
			memmove(flow->buf, flow->buf + n, flow->used);
		} else if (n == -1 && errno != EINTR && errno != EAGAIN) {
			flow->error = errno;
			flow->used = 0;
			flow->ended = true;
		}
	}
}

void
flow_drain(struct flow *flow, bool terminal)
{
	struct pollfd pfd[2];
	int ready;

	while (!flow->ended || flow->used > 0) {
		flow_poll(flow, pfd);
		ready = poll(pfd, 2, terminal || flow->used > 0 ? -1 : 0);
		if (ready == -1 && errno != EINTR)
			err(EXIT_OWN, "poll");
		if (ready == 0)
			return;
		flow_move(flow, pfd);
	}
}
