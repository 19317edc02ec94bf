/*
 * cmd_inspect.c - "box inspect": settings and state of containers, in JSON.
 *
 * The names are those of docker, so that what reads its output can read ours.
 */

#define _GNU_SOURCE
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "beside.h"
#include "cmd.h"
#include "config.h"
#include "exit.h"
#include "file.h"
#include "json.h"
#include "kept.h"
#include "lookup.h"
#include "options.h"
#include "signals.h"

static void
set_format(const char *text, void *to)
{
	const char **format = to;

	*format = text;
}

static const struct option_row rows[] = {
	{ "format", 'f', "{{.PATH}}", "one value, as {{.State.Pid}}",
	    set_format, 0 },
	{ 0 },
};
static const struct option_group options = { "Options", rows };

/* As RFC 3339 has it; docker's zero when it has not come. */
static void
put_time(struct json *to, const char *key, uint64_t nanoseconds)
{
	time_t seconds = (time_t)(nanoseconds / 1000000000u);
	char text[64];
	struct tm tm;
	size_t n;

	if (nanoseconds == 0) {
		json_text(to, key, "0001-01-01T00:00:00Z");
		return;
	}
	gmtime_r(&seconds, &tm);
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof(text) - n, ".%09" PRIu64 "Z",
	    nanoseconds % 1000000000u);
	json_text(to, key, text);
}

static void
put_state(struct json *root, const struct facts *facts)
{
	struct json *state = json_put(root, "State", json_object());
	bool running = strcmp(facts->phase, "running") == 0;

	json_text(state, "Status",
	    running && facts->paused ? "paused" : facts->phase);
	json_bool(state, "Running", running);
	json_bool(state, "Paused", facts->paused);
	json_bool(state, "Restarting", strcmp(facts->phase, "restarting") == 0);
	json_bool(state, "OOMKilled", facts->oom);
	json_number(state, "Pid", facts->pid);
	json_number(state, "ExitCode", facts->status);
	put_time(state, "StartedAt", facts->started);
	put_time(state, "FinishedAt", facts->finished);
}

static void
put_list(struct json *to, const char *key, char **list)
{
	struct json *values = json_put(to, key, json_list());

	for (; *list != NULL; list++)
		json_text(values, NULL, *list);
}

static void
put_config(struct json *root, const struct state *state,
    const struct kept *kept, const struct config *config)
{
	struct json *to = json_put(root, "Config", json_object());
	char signal[32];
	const char *name = signals_name((int)state->facts.stop_signal);
	size_t count;

	json_text(to, "Hostname",
	    config->hostname != NULL ? config->hostname : state->id);
	json_text(to, "User", config->user != NULL ? config->user : "");
	json_bool(to, "Tty", config->tty);
	put_list(to, "Env", kept_list(kept, "ENV", &count));
	put_list(to, "Cmd", config->command);
	json_text(to, "Image", config->image);
	json_text(
	    to, "WorkingDir", config->workdir != NULL ? config->workdir : "/");
	if (name != NULL)
		snprintf(signal, sizeof(signal), "SIG%s", name);
	else
		snprintf(signal, sizeof(signal), "%" PRIu64,
		    state->facts.stop_signal);
	json_text(to, "StopSignal", signal);
}

static void
put_host(
    struct json *root, const struct facts *facts, const struct config *config)
{
	struct json *host = json_put(root, "HostConfig", json_object());
	struct json *restart = json_put(host, "RestartPolicy", json_object());

	json_text(restart, "Name", facts->restart);
	json_number(restart, "MaximumRetryCount", facts->retries);
	json_bool(host, "AutoRemove", facts->rm);
	json_bool(host, "Init", facts->init);
	json_bool(host, "ReadonlyRootfs", config->read_only);
	json_number(host, "Memory", config->memory);
	json_number(host, "NanoCpus", config->cpu_quota * 10000);
	json_number(host, "PidsLimit", config->pids_limit);
}

/* The layers, from the top down: what is writable, and what is not. */
static void
put_layers(struct json *root, const char *dir, const struct kept *kept)
{
	struct json *driver = json_put(root, "GraphDriver", json_object());
	struct json *data;
	char path[PATH_MAX];
	size_t count;

	json_text(driver, "Name", "overlay2");
	data = json_put(driver, "Data", json_object());
	put_list(data, "LowerDir", kept_list(kept, "LAYER", &count));
	file_path(path, sizeof(path), "%s/upper", dir);
	json_text(data, "UpperDir", path);
	file_path(path, sizeof(path), "%s/work", dir);
	json_text(data, "WorkDir", path);
}

static void
put_paths(
    struct json *root, const struct state *state, const struct config *config)
{
	char path[PATH_MAX];

	json_text(root, "Path", config->command[0]);
	put_list(root, "Args", config->command + 1);
	file_path(path, sizeof(path), "%s/log", state->dir);
	json_text(root, "LogPath", state->facts.detached ? path : "");
	json_number(root, "RestartCount", state->facts.restarts);
}

static int
inspect(struct state *state, void *arg)
{
	struct json *root, *list = arg;
	struct config config;
	struct kept kept;

	if (kept_read(state->dir, &kept) == -1) {
		warn("%s/config", state->dir);
		return -1;
	}
	kept_config(&kept, &config);
	root = json_put(list, NULL, json_object());
	json_text(root, "Id", state->id);
	json_text(root, "Name", state->name);
	put_time(root, "Created", state->facts.created);
	put_paths(root, state, &config);
	put_state(root, &state->facts);
	json_text(root, "Image", config.image);
	put_config(root, state, &kept, &config);
	put_host(root, &state->facts, &config);
	put_layers(root, state->dir, &kept);
	return 0;
}

int
cmd_inspect(int argc, char *argv[])
{
	static const struct option_group *const groups[] = { &options, NULL };
	struct state state = STATE_NONE;
	struct json *list = json_list();
	const struct json *one, *value;
	const char *format = NULL;
	char index[16];
	int status,
	    first = options_read(argc, argv, groups,
		"inspect [options] container|image ...", &format);

	if (first == argc)
		errx(EXIT_OWN, "which? see box inspect --help");
	cmd_look(&state);

	/* Images are known to another program. */
	if (!find_any(&state, argv[first])) {
		argv[0] = (char[]){ "inspect" };
		beside_become("box-image", argv);
	}
	status = cmd_each(&state, argv + first, inspect, list);
	if (format == NULL) {
		json_print(list, stdout, false);
		return status;
	}
	for (int i = 0;; i++) {
		snprintf(index, sizeof(index), "%d", i);
		one = json_find(list, index);
		if (one == NULL)
			return status;
		value = json_find(one, format);
		if (value == NULL)
			errx(EXIT_OWN, "%s: there is no such value", format);
		json_print(value, stdout, true);
	}
}
