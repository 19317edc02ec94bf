/* digest.h - SHA-256, by which an image names all that it is made of. */

#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#define DIGEST_HEX 65 /* 64 hexadecimal digits and a NUL */

struct digest;

/* Begin, add what there is in any pieces, end: hex is the result. */
struct digest *digest_begin(void);
void digest_add(struct digest *digest, const void *data, size_t size);
void digest_end(struct digest *digest, char hex[DIGEST_HEX]);

/* Is it 64 hexadecimal digits, in lower case as the specification wants? */
bool digest_is_hex(const char *text);

/* The digits of "sha256:HEX"; NULL when it is anything else. */
const char *digest_parse(const char *text);

#endif
