/* digest.c - SHA-256, by libcrypto, which uses the processor's own. */

#define _GNU_SOURCE
#include <openssl/evp.h>

#include <err.h>
#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "exit.h"

/* libcrypto's own struct, under a name that says what it is here. */
static EVP_MD_CTX *
context(struct digest *digest)
{
	return (EVP_MD_CTX *)digest;
}

struct digest *
digest_begin(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		errx(EXIT_OWN, "libcrypto: no SHA-256");
	return (struct digest *)ctx;
}

void
digest_add(struct digest *digest, const void *data, size_t size)
{
	if (EVP_DigestUpdate(context(digest), data, size) != 1)
		errx(EXIT_OWN, "libcrypto: SHA-256 failed");
}

void
digest_end(struct digest *digest, char hex[DIGEST_HEX])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned int n;

	if (EVP_DigestFinal_ex(context(digest), sum, &n) != 1 ||
	    n != DIGEST_HEX / 2)
		errx(EXIT_OWN, "libcrypto: SHA-256 failed");
	EVP_MD_CTX_free(context(digest));
	for (unsigned int i = 0; i < n; i++)
		snprintf(hex + (size_t)2 * i, 3, "%02x", sum[i]);
}

bool
digest_is_hex(const char *text)
{
	return strlen(text) == DIGEST_HEX - 1 &&
	    text[strspn(text, "0123456789abcdef")] == '\0';
}

const char *
digest_parse(const char *text)
{
	static const char algorithm[] = "sha256:";

	if (text == NULL ||
	    strncmp(text, algorithm, sizeof(algorithm) - 1) != 0)
		return NULL;
	text += sizeof(algorithm) - 1;
	return digest_is_hex(text) ? text : NULL;
}
