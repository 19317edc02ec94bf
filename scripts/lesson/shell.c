/*
 * shell.c - the shell of a session, and the place where it starts.
 *
 * The prompt carries the marks, as plain bytes: dash and busybox know no
 * escapes, and bash takes these too.  Every shell expands $? in it.  As it is
 * exported, a shell in a box has it as well, unless the box starts with an
 * environment of its own.
 */

#define _GNU_SOURCE
#include <sys/stat.h>

#include <err.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "exit.h"
#include "file.h"
#include "shell.h"

#define PS1 "\033]133;D;$?\a\033]133;A\a$ \033]133;B\a"
#define PS0 "\033]133;C\a"

/*
 * "!" shall be no more than it is in sh.  (A distribution's bashrc, which a
 * bash in a box reads, sets a prompt of its own; PROMPT_COMMAND comes later.)
 */
static const char rc[] = "set +H +o history\n";

/* For a bash in a session's shell: it would write sequences around lines. */
static const char inputrc[] = "set enable-bracketed-paste off\n";

/*
 * In front of box: its shells shall mark their prompts too.  And in a jail it
 * is to be a plain user's, since root of the jail is refused what root of the
 * machine may do.
 */
static const char box[] =
    "#!/bin/sh\n"
    "if [ \"${1-}\" = run ]; then\n"
    "	shift\n"
    "	for word; do\n"
    "		case $word in\n"
    "		--tty | --interactive | -[it] | -[iqt][iqt] |"
    " -[iqt][iqt][iqt])\n"
    "			set -- -e PS0 -e PS1 -e PS2 \"$@\"\n"
    "			break ;;\n"
    "		esac\n"
    "	done\n"
    "	set -- run \"$@\"\n"
    "fi\n";

static void
set(const char *name, const char *value)
{
	if (setenv(name, value, 1) == -1)
		err(EXIT_OWN, "setenv %s", name);
}

static void
make_dir(const char *path)
{
	if (mkdir(path, 0755) == -1)
		err(EXIT_OWN, "mkdir %s", path);
}

static void
make_box(const char *bin, bool real_root)
{
	struct buf text = { 0 };

	buf_puts(&text, box);
	buf_printf(&text, "exec %s%s/box \"$@\"\n",
	    real_root ? ""
		      : "unshare --user --map-user=59999 --map-group=59999 ",
	    bin);
	make_dir(LESSON_DIR "/bin");
	if (file_create(LESSON_DIR "/bin/box", text.data, 0755) == -1)
		err(EXIT_OWN, LESSON_DIR "/bin/box");
	buf_free(&text);
}

void
shell_setup(const char *bin, const char *term, bool real_root)
{
	char *path;

	make_dir(LESSON_DIR);
	make_dir(LESSON_DIR "/home");
	make_box(bin, real_root);
	if (file_create(LESSON_DIR "/rc", rc, 0644) == -1)
		err(EXIT_OWN, LESSON_DIR "/rc");
	if (file_create(LESSON_DIR "/inputrc", inputrc, 0644) == -1)
		err(EXIT_OWN, LESSON_DIR "/inputrc");
	if (chdir(LESSON_DIR "/home") == -1)
		err(EXIT_OWN, "chdir " LESSON_DIR "/home");
	if (asprintf(&path,
		LESSON_DIR
		"/bin:%s:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
		":/sbin:/bin",
		bin) == -1)
		err(EXIT_OWN, "asprintf");
	set("PATH", path);
	free(path);
	set("HOME", LESSON_DIR "/home");
	set("BOXLAB_HOME", LESSON_DIR "/box");
	/* A small system may have no locale but C. */
	set("LC_ALL", setlocale(LC_ALL, "C.UTF-8") != NULL ? "C.UTF-8" : "C");
	set("TERM", term);
	set("SHELL", "/bin/sh");
	set("PS0", PS0);
	set("PS1", PS1);
	set("PS2", "");
	set("INPUTRC", LESSON_DIR "/inputrc");
	set("LESSON_PS1", PS1);
	set("PROMPT_COMMAND", "PS1=$LESSON_PS1");
	unsetenv("BOXLAB_LESSON");
}

_Noreturn void
shell_exec(void)
{
	execlp("bash", "bash", "--noprofile", "--rcfile", LESSON_DIR "/rc",
	    "--noediting", "-i", (char *)NULL);
	err(EXIT_NOTFOUND, "bash");
}
