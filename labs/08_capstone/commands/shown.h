/* shown.h - texts of strangers, fit for a terminal. */

#ifndef SHOWN_H
#define SHOWN_H

/*
 * Put a "?" for each control character, which could steer the reader's
 * terminal.
 */
void shown_clean(char *text);

/*
 * A copy of text that has been cleaned like that.  Good until the eighth call
 * after this one.  What is too long is cut, and ends in "...".
 */
const char *shown(const char *text);

#endif
