/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words and strings of a config text: what they are and what they say, without any conversion to a number. */
#ifndef STRAIT_INPUT_CFG_WORD_H
#define STRAIT_INPUT_CFG_WORD_H

#include "base/str.h"

enum word { WORD_NAME, WORD_BOOL, WORD_NUMBER, WORD_OTHER };

/* Bytes of the word at p, 0 when none begins there. */
size_t word_len(const char *p, const char *end);
/* What the n bytes are; WORD_NUMBER for decimal numbers and for hexadecimal integers. */
enum word word_kind(const char *p, size_t n);
/* A number's exact text, in decimal and without libconfig's L; false when a hexadecimal one needs more than 64 bits. */
bool word_number(const char *p, size_t n, str *out);

enum string_end { STRING_OK, STRING_OPEN, STRING_ESCAPE };

/* Read a string from behind its opening quote, appending what it says to out; *p ends behind the closing quote, or
   where it went wrong. */
enum string_end string_read(const char **p, const char *end, str *out);

#endif
