/* beneath.c - the paths of an archive, resolved beneath a directory. */

#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "inside.h"

void
beneath_open(struct beneath *b, int root)
{
	b->root = root;
	b->dir = -1;
	b->name[0] = '\0';
}

void
beneath_forget(struct beneath *b)
{
	if (b->dir != -1)
		close(b->dir);
	b->dir = -1;
}

void
beneath_close(struct beneath *b)
{
	beneath_forget(b);
	close(b->root);
}

int
beneath_clean(char clean[PATH_MAX], const char *path)
{
	size_t end = 0, length;

	for (; *path != '\0'; path += length) {
		path += strspn(path, "/");
		length = strcspn(path, "/");
		if (length == 0 || (length == 1 && path[0] == '.'))
			continue;
		if (length == 2 && path[0] == '.' && path[1] == '.') {
			errno = EINVAL;
			return -1;
		}
		if (end + length + 2 >= PATH_MAX) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if (end > 0)
			clean[end++] = '/';
		memcpy(clean + end, path, length);
		end += length;
	}
	clean[end] = '\0';
	return 0;
}

int
beneath_directory(struct beneath *b, const char *clean)
{
	/* Most files of an archive are in the directory of the one before. */
	if (b->dir != -1 && strcmp(b->name, clean) == 0)
		return b->dir;
	beneath_forget(b);

	/* EAGAIN: somebody renamed something while a ".." was followed. */
	do
		b->dir = inside_make(b->root, clean, true);
	while (b->dir == -1 && errno == EAGAIN);
	strlcpy(b->name, clean, sizeof(b->name));
	return b->dir;
}

int
beneath_parent(struct beneath *b, const char *clean, const char **name)
{
	const char *slash = strrchr(clean, '/');
	char parent[PATH_MAX];

	*name = slash != NULL ? slash + 1 : clean;
	if (slash == NULL)
		return beneath_directory(b, "");
	strlcpy(parent, clean, (size_t)(slash - clean) + 1);
	return beneath_directory(b, parent);
}
