/* machine.c - which parts of a profile are for this machine and this box. */

#define _GNU_SOURCE
#include <sys/utsname.h>

#include <err.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

#include "caps.h"
#include "exit.h"
#include "field.h"
#include "profile.h"

/* Profiles have the names of Go, for docker is written in it. */
static const struct arch {
	uint32_t native;
	const char *go;
} archs[] = {
	{ SCMP_ARCH_X86_64, "amd64" },
	{ SCMP_ARCH_X86, "x86" },
	{ SCMP_ARCH_AARCH64, "arm64" },
	{ SCMP_ARCH_ARM, "arm" },
	{ SCMP_ARCH_MIPS, "mips" },
	{ SCMP_ARCH_MIPS64, "mips64" },
	{ SCMP_ARCH_MIPS64N32, "mips64n32" },
	{ SCMP_ARCH_MIPSEL, "mipsel" },
	{ SCMP_ARCH_MIPSEL64, "mipsel64" },
	{ SCMP_ARCH_MIPSEL64N32, "mipsel64n32" },
	{ SCMP_ARCH_PPC, "ppc" },
	{ SCMP_ARCH_PPC64, "ppc64" },
	{ SCMP_ARCH_PPC64LE, "ppc64le" },
	{ SCMP_ARCH_RISCV64, "riscv64" },
	{ SCMP_ARCH_S390, "s390" },
	{ SCMP_ARCH_S390X, "s390x" },
};

void
machine_read(struct machine *machine, uint64_t caps)
{
	struct utsname uts;

	*machine = (struct machine){
		.caps = caps,
		.arch = "",
		.native = seccomp_arch_native(),
	};
	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++)
		if (archs[i].native == machine->native)
			machine->arch = archs[i].go;
	if (uname(&uts) == -1 ||
	    sscanf(uts.release, "%u.%u", &machine->kernel[0],
		&machine->kernel[1]) != 2)
		errx(EXIT_OWN, "which kernel is this?");
}

static bool
has_cap(const struct machine *machine, const char *name)
{
	const char *bad;
	uint64_t mask;

	/* "ALL" is a word of the command line's, not of a profile's. */
	return strncmp(name, "CAP_", 4) == 0 &&
	    caps_parse(name, &mask, &bad) == 0 && (machine->caps & mask) != 0;
}

/* How many of the capabilities in object are held; *n: of how many. */
static size_t
count_caps(const struct machine *machine, struct json_object *object,
    const char *where, size_t *n)
{
	struct json_object *list =
	    field_get(object, where, "caps", json_type_array);
	size_t held = 0;

	*n = list != NULL ? json_object_array_length(list) : 0;
	for (size_t i = 0; i < *n; i++)
		held += has_cap(machine, field_word(list, where, "caps", i));
	return held;
}

/* Is this machine in the list of architectures?  *any: there is a list. */
static bool
has_arch(const struct machine *machine, struct json_object *object,
    const char *where, bool *any)
{
	struct json_object *list =
	    field_get(object, where, "arches", json_type_array);
	size_t n = list != NULL ? json_object_array_length(list) : 0;
	bool found = false;

	*any = n > 0;
	for (size_t i = 0; i < n; i++)
		found |= strcmp(field_word(list, where, "arches", i),
			     machine->arch) == 0;
	return found;
}

/* Is the kernel at least as new as "4.8"?  *any: that is asked. */
static bool
has_kernel(const struct machine *machine, struct json_object *object,
    const char *where, bool *any)
{
	const char *text = field_text(object, where, "minKernel");
	unsigned int major, minor;
	int end = 0;

	*any = text != NULL && text[0] != '\0';
	if (!*any)
		return false;
	if (sscanf(text, "%4u.%4u%n", &major, &minor, &end) != 2 ||
	    text[end] != '\0')
		field_bad(where, "minKernel",
		    "%s is not two numbers, as in 4.8", text);
	return machine->kernel[0] > major ||
	    (machine->kernel[0] == major && machine->kernel[1] >= minor);
}

static bool
is_excluded(const struct machine *machine, struct json_object *excludes,
    const char *where)
{
	size_t caps;
	bool any;

	return count_caps(machine, excludes, where, &caps) > 0 ||
	    has_arch(machine, excludes, where, &any) ||
	    has_kernel(machine, excludes, where, &any);
}

static bool
is_included(const struct machine *machine, struct json_object *includes,
    const char *where)
{
	size_t caps;
	bool any;

	if (count_caps(machine, includes, where, &caps) != caps)
		return false;
	if (!has_arch(machine, includes, where, &any) && any)
		return false;
	return has_kernel(machine, includes, where, &any) || !any;
}

bool
machine_applies(
    const struct machine *machine, struct json_object *entry, const char *where)
{
	struct json_object *part;
	char place[96];

	part = field_get(entry, where, "excludes", json_type_object);
	snprintf(place, sizeof(place), "%s.excludes", where);
	if (part != NULL && is_excluded(machine, part, place))
		return false;
	part = field_get(entry, where, "includes", json_type_object);
	snprintf(place, sizeof(place), "%s.includes", where);
	return part == NULL || is_included(machine, part, place);
}
