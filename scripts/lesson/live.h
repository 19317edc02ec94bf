/* live.h - a session in the instructor's hands. */

#ifndef LIVE_H
#define LIVE_H

#include "engine.h"
#include "ui.h"

/* Connect keyboard and screen with the session, until Ctrl-]. */
void live_shell(struct ui *ui, struct engine *e, const char *name);

#endif
