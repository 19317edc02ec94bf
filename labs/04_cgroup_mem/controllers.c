/*
 * controllers.c - lists of controllers, as the kernel writes them: with commas
 * in v1's mount options, with spaces in v2's cgroup.controllers.
 */

#include <stdio.h>
#include <string.h>

#include "hierarchy.h"

/* DOC: hierarchy_has */
bool
hierarchy_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	/* strchr(3) finds the NUL too: the end of the list ends a word. */
	for (const char *p = list; (p = strstr(p, word)) != NULL; p += n)
		if ((p == list || strchr(", ", p[-1]) != NULL) &&
		    strchr(", ", p[n]) != NULL)
			return true;
	return false;
}

/* DOC: hierarchy_shares */
bool
hierarchy_shares(const char *list, const char *words)
{
	char word[16];
	size_t n;

	if (words == NULL)
		return true;
	for (; *(words += strspn(words, ", ")) != '\0'; words += n) {
		n = strcspn(words, ", ");
		snprintf(word, sizeof(word), "%.*s", (int)n, words);
		if (hierarchy_has(list, word))
			return true;
	}
	return false;
}
