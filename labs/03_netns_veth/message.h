/* message.h - the bytes of a netlink message. */

#ifndef MESSAGE_H
#define MESSAGE_H

#include <linux/netlink.h>

#include <stddef.h>
#include <stdint.h>

/*
 * A message grows at its end: a header, a structure for the kind of object,
 * then attributes.  It lies in a buffer of MESSAGE_MAX bytes, of which nothing
 * in this lab fills half; to put more into it ends the program.
 */
#define MESSAGE_MAX 512

/* Make an empty message of a type, as RTM_NEWADDR, in buf. */
struct nlmsghdr *message_start(void *buf, uint16_t type, uint16_t flags);

/* Append size zero bytes, for a structure that the caller fills in. */
void *message_put(struct nlmsghdr *message, size_t size);

/* Append an attribute: a number, or a string with its NUL. */
void message_put_u32(struct nlmsghdr *message, uint16_t type, uint32_t value);
void message_put_string(
    struct nlmsghdr *message, uint16_t type, const char *text);

/* Append an attribute that holds all that is put until its end is told. */
struct nlattr *message_nest(struct nlmsghdr *message, uint16_t type);
void message_nest_end(struct nlmsghdr *message, struct nlattr *nest);

#endif
