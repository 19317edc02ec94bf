/* age.h - spans of time in words. */

#ifndef AGE_H
#define AGE_H

#include <stdint.h>

#define AGE_SIZE 32

/*
 * "5 seconds", "About a minute", "3 hours": from a time as facts_now() has it
 * until now.
 */
const char *age_since(uint64_t time, char text[AGE_SIZE]);

#endif
