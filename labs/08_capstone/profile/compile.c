/*
 * compile.c - from a profile to the kernel's instructions.
 *
 * libseccomp writes them; it knows the numbers of system calls on all kinds
 * of processors.  What a profile means where its text leaves it open is what
 * docker and runc make of it.  Read: seccomp_rule_add(3), seccomp(2).
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "exit.h"
#include "field.h"
#include "profile.h"

#define ARGS 6 /* a system call has, at most */

struct rule {
	const char *where;
	uint32_t action;
	struct scmp_arg_cmp args[ARGS];
	size_t arg_count;
};

static enum scmp_compare
read_op(struct json_object *object, const char *where)
{
	static const struct {
		const char *name;
		enum scmp_compare op;
	} ops[] = {
		{ "SCMP_CMP_NE", SCMP_CMP_NE },
		{ "SCMP_CMP_LT", SCMP_CMP_LT },
		{ "SCMP_CMP_LE", SCMP_CMP_LE },
		{ "SCMP_CMP_EQ", SCMP_CMP_EQ },
		{ "SCMP_CMP_GE", SCMP_CMP_GE },
		{ "SCMP_CMP_GT", SCMP_CMP_GT },
		{ "SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ },
	};
	const char *name = field_must(object, where, "op");

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(ops[i].name, name) == 0)
			return ops[i].op;
	field_bad(where, "op", "no comparison is called %s", name);
}

/* For MASKED_EQ "value" is the mask and "valueTwo" what has to be left. */
static struct scmp_arg_cmp
read_arg(struct json_object *object, const char *where)
{
	uint64_t index, value = 0, second = 0;

	if (!field_number(object, where, "index", ARGS - 1, &index))
		field_bad(where, "index", "is missing");
	field_number(object, where, "value", UINT64_MAX, &value);
	field_number(object, where, "valueTwo", UINT64_MAX, &second);
	return (struct scmp_arg_cmp){
		.arg = (unsigned int)index,
		.op = read_op(object, where),
		.datum_a = value,
		.datum_b = second,
	};
}

static void
read_args(struct json_object *entry, struct rule *rule)
{
	struct json_object *list =
	    field_get(entry, rule->where, "args", json_type_array);
	char place[96];

	rule->arg_count = list != NULL ? json_object_array_length(list) : 0;
	if (rule->arg_count > ARGS)
		field_bad(rule->where, "args", "more than %d", ARGS);
	for (size_t i = 0; i < rule->arg_count; i++) {
		snprintf(place, sizeof(place), "%s.args[%zu]", rule->where, i);
		rule->args[i] =
		    read_arg(field_object(list, rule->where, "args", i), place);
	}
}

static bool
same_arg_twice(const struct rule *rule)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < rule->arg_count; i++) {
		if ((seen & 1u << rule->args[i].arg) != 0)
			return true;
		seen |= 1u << rule->args[i].arg;
	}
	return false;
}

static void
add(scmp_filter_ctx filter, const struct rule *rule, const char *name,
    const struct scmp_arg_cmp *args, size_t n)
{
	int nr = seccomp_syscall_resolve_name(name), error;

	/* Profiles know more system calls than any one machine. */
	if (nr == __NR_SCMP_ERROR)
		return;
	error = -seccomp_rule_add_array(
	    filter, rule->action, nr, (unsigned int)n, args);
	if (error != 0)
		field_bad(rule->where, name, "%s", strerror(error));
}

/*
 * All of a rule's conditions have to hold.  But libseccomp takes one for each
 * argument: where there are more, it is enough that one of them holds, which
 * is what runc makes of them, and what profiles rely on.
 */
static void
add_rule(scmp_filter_ctx filter, const struct rule *rule, const char *name)
{
	if (!same_arg_twice(rule)) {
		add(filter, rule, name, rule->args, rule->arg_count);
		return;
	}
	for (size_t i = 0; i < rule->arg_count; i++)
		add(filter, rule, name, &rule->args[i], 1);
}

static void
add_entry(scmp_filter_ctx filter, uint32_t otherwise, struct json_object *entry,
    const struct machine *machine, const char *where)
{
	struct rule rule = { .where = where };
	struct json_object *names =
	    field_get(entry, where, "names", json_type_array);
	const char *name = field_text(entry, where, "name");
	size_t n = names != NULL ? json_object_array_length(names) : 0;

	if (name != NULL && name[0] == '\0')
		name = NULL;
	if (name != NULL && n > 0)
		field_bad(where, "name", "and \"names\" exclude each other");
	if (!machine_applies(machine, entry, where))
		return;
	rule.action = action_read(entry, where, "action");
	read_args(entry, &rule);
	/* What happens anyway is no rule, to libseccomp. */
	if (rule.action == otherwise)
		return;
	if (name != NULL)
		add_rule(filter, &rule, name);
	for (size_t i = 0; i < n; i++)
		add_rule(filter, &rule, field_word(names, where, "names", i));
}

static uint32_t
add_arch(scmp_filter_ctx filter, const char *name, const char *where,
    const char *key)
{
	static const char prefix[] = "SCMP_ARCH_";
	char lower[32] = "";
	uint32_t arch = 0;
	int error;

	if (strncmp(name, prefix, strlen(prefix)) == 0)
		name += strlen(prefix);
	for (size_t i = 0; i < sizeof(lower) - 1 && name[i] != '\0'; i++)
		lower[i] = (char)(name[i] |
		    ('A' <= name[i] && name[i] <= 'Z' ? 'a' - 'A' : 0));
	arch = seccomp_arch_resolve_name(lower);
	if (arch == 0)
		field_bad(where, key, "no architecture is called %s", name);
	if (filter == NULL)
		return arch;
	error = -seccomp_arch_add(filter, arch);
	if (error != 0 && error != EEXIST)
		field_bad(where, key, "%s: %s", name, strerror(error));
	return arch;
}

static void
add_arch_list(scmp_filter_ctx filter, struct json_object *list,
    const char *where, const char *key)
{
	size_t n = list != NULL ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++)
		add_arch(filter, field_word(list, where, key, i), where, key);
}

/* The processor modes whose calls count; the native one always does. */
static void
add_archs(scmp_filter_ctx filter, struct json_object *profile,
    const struct machine *machine)
{
	struct json_object *list =
	    field_get(profile, "", "architectures", json_type_array);
	struct json_object *map =
	    field_get(profile, "", "archMap", json_type_array);
	size_t n = map != NULL ? json_object_array_length(map) : 0;
	char where[64];

	if (list != NULL && json_object_array_length(list) > 0 && n > 0)
		field_bad(
		    "", "archMap", "and \"architectures\" exclude each other");
	add_arch_list(filter, list, "", "architectures");
	for (size_t i = 0; i < n; i++) {
		struct json_object *entry = field_object(map, "", "archMap", i);
		const char *name;

		snprintf(where, sizeof(where), "archMap[%zu]", i);
		name = field_must(entry, where, "architecture");
		if (add_arch(NULL, name, where, "architecture") ==
		    machine->native)
			add_arch_list(filter,
			    field_get(entry, where, "subArchitectures",
				json_type_array),
			    where, "subArchitectures");
	}
}

void
compile_profile(
    struct json_object *profile, const struct machine *machine, int fd)
{
	struct json_object *entries =
	    field_get(profile, "", "syscalls", json_type_array);
	struct json_object *flags =
	    field_get(profile, "", "flags", json_type_array);
	uint32_t otherwise = action_read(profile, "", "defaultAction");
	scmp_filter_ctx filter = seccomp_init(otherwise);
	size_t n = entries != NULL ? json_object_array_length(entries) : 0;
	char where[64];
	int error;

	if (filter == NULL)
		errx(EXIT_OWN, "seccomp_init");
	if (flags != NULL && json_object_array_length(flags) > 0)
		field_bad("", "flags", "box has no use for any");
	add_archs(filter, profile, machine);
	for (size_t i = 0; i < n; i++) {
		snprintf(where, sizeof(where), "syscalls[%zu]", i);
		add_entry(filter, otherwise,
		    field_object(entries, "", "syscalls", i), machine, where);
	}
	error = -seccomp_export_bpf(filter, fd);
	if (error != 0)
		field_bad(
		    "", "syscalls", "cannot be compiled: %s", strerror(error));
	seccomp_release(filter);
}
