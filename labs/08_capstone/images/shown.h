/* shown.h - texts of strangers, fit for a terminal. */

#ifndef SHOWN_H
#define SHOWN_H

/*
 * A copy of text in which each control character, which could steer the
 * reader's terminal, is a "?".  Good until the eighth call after this one.
 * What is too long is cut, and ends in "...".
 */
const char *shown(const char *text);

#endif
