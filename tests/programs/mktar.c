/*
 * mktar - write a tar that no honest archiver would.
 *
 *	mktar <list >file.tar
 *
 * Each line is an entry: TYPE MODE UID GID NAME [VALUE], with VALUE the rest
 * of the line.  TYPE is f (a file, VALUE its contents), z (a file of VALUE
 * zeros), d (directory), l (symbolic link), h (hard link), p (fifo), c or b
 * (device, VALUE "MAJOR,MINOR").  "x KEY=VALUE" gives the next entry a pax
 * attribute.  Times are 86400.  See tar(5).
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 512

static const char types[] = "fzdlhpcbx", flags[] = "00521634x";

static void
put(char *at, size_t size, unsigned long number)
{
	snprintf(at, size, "%0*lo", (int)size - 1, number);
}

static void
header(char type, unsigned long mode, unsigned long uid, unsigned long gid,
    const char *name, const char *value, unsigned long size)
{
	char block[BLOCK] = { 0 };
	unsigned long sum = 0, major = 0, minor = 0;

	snprintf(block, 100, "%s", name);
	put(block + 100, 8, mode);
	put(block + 108, 8, uid);
	put(block + 116, 8, gid);
	put(block + 124, 12, size);
	put(block + 136, 12, 86400);
	memset(block + 148, ' ', 8);
	block[156] = flags[strchr(types, type) - types];
	if (type == 'l' || type == 'h')
		snprintf(block + 157, 100, "%s", value);
	memcpy(block + 257, "ustar\00000", 8);
	if ((type == 'c' || type == 'b') &&
	    sscanf(value, "%lu,%lu", &major, &minor) != 2)
		exit(2);
	put(block + 329, 8, major);
	put(block + 337, 8, minor);
	for (int i = 0; i < BLOCK; i++)
		sum += (unsigned char)block[i];
	snprintf(block + 148, 8, "%06lo", sum);
	fwrite(block, 1, sizeof(block), stdout);
}

static void
body(const char *data, unsigned long size)
{
	static const char zeros[BLOCK];

	for (unsigned long i = 0; i < size; i += BLOCK) {
		size_t n = size - i < BLOCK ? size - i : BLOCK;

		fwrite(data != NULL ? data + i : zeros, 1, n, stdout);
		fwrite(zeros, 1, BLOCK - n, stdout);
	}
}

static void
entry(const char *line)
{
	unsigned long mode, uid, gid, size;
	char type, name[256], record[8192];
	int n = 0, length;

	if (line[0] == 'x') {
		/* "LENGTH KEY=VALUE\n", where LENGTH counts itself. */
		length = (int)strlen(line);
		do
			n = snprintf(record, sizeof(record), "%d %s\n", length,
			    line + 2);
		while (n != length++);
		header('x', 0644, 0, 0, "pax", "", (unsigned long)n);
		body(record, (unsigned long)n);
		return;
	}
	if (sscanf(line, "%c %lo %lu %lu %255s%n", &type, &mode, &uid, &gid,
		name, &n) != 5 ||
	    strchr(types, type) == NULL)
		exit(2);
	line += n + (line[n] == ' ');
	size = type == 'z' ? strtoul(line, NULL, 10)
	    : type == 'f'  ? strlen(line)
			   : 0;
	header(type, mode, uid, gid, name, line, size);
	body(type == 'f' ? line : NULL, size);
}

int
main(void)
{
	char line[8192];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0')
			entry(line);
	}
	body(NULL, 2 * BLOCK);
	return fflush(stdout) == 0 ? 0 : 1;
}
