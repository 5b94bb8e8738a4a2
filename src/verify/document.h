/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the room: what a plan says of itself. */
#ifndef STRAIT_VERIFY_DOCUMENT_H
#define STRAIT_VERIFY_DOCUMENT_H

#include "verify/book.h"

strait_status verify_input(struct verifier *v) MUST_USE;
void verify_document(struct verifier *v);
void verify_no_prices(struct verifier *v, bool proven);
void verify_no_parts(struct verifier *v);
bool verify_says_plan(const char *status);

#endif
