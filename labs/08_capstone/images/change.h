/* change.h - how an image is to be run, in the words of a Dockerfile. */

#ifndef CHANGE_H
#define CHANGE_H

#include <json-c/json.h>
#include <stddef.h>

/*
 * Change the "config" of an image's configuration as instructions say, such as
 * "ENV NAME=value" or 'CMD ["sh", "-c", "date"]': CMD, ENTRYPOINT, ENV,
 * EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME, WORKDIR.  Exits with one line when
 * one makes no sense.
 */
void change_apply(
    struct json_object *config, const char *const instructions[], size_t count);

#endif
