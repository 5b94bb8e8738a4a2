/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case_build.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_LEN 1024

const char *const case_small =
    "start=2027-01-04\n"
    "periods=4\n"
    "+companies acme; seat=CN\n"
    "+regions home; country=CN; utc_offset=8\n"
    "+accelerators h200; vendor=Nvidia; family=hopper; bf16=990; memory=141; memory_bandwidth=4800; rated_power=1200; "
    "idle_power=300\n"
    "+sites johor; country=MY; shore=offshore; pue=1.4; tariff=0.1; carbon=500\n"
    "+networks; site=johor; region=home; rtt=60\n"
    "+offers rent; site=johor; accelerator=h200; contract=on_demand; price=2; count=1000\n"
    "+models m70; total_params=70; active_params=70; layers=80; hidden=8192\n"
    "+workloads t1; company=acme; task=training; model=m70; tokens=1e12\n";

/* The piece of *s up to `stop`, without blanks around it; *s moves behind it.  False when there is none. */
static bool piece(const char **s, char stop, char *out)
{
    const char *begin = *s + strspn(*s, " ");
    const char *end = strchrnul(begin, stop);

    if (*begin == '\0')
        return false;
    *s = *end == '\0' ? end : end + 1;
    while (end > begin && end[-1] == ' ')
        end--;
    snprintf(out, LINE_MAX_LEN, "%.*s", (int)(end - begin), begin);
    return true;
}

/* "KEY=VALUE" into a row. */
static strait_status set_pair(strait_ctx *cx, strait_case *c, enum kind k, size_t row, char *pair, struct origin at)
{
    char *value = strchr(pair, '=');
    size_t i_field;

    ck_assert_msg(value != NULL, "no = in %s", pair);
    *value++ = '\0';
    ck_assert_msg(field_by_key(kind_desc(k), pair, &i_field) != NULL, "no key %s", pair);
    return case_set_field(cx, c, k, row, i_field, value, NULL, at);
}

static strait_status add_row(strait_ctx *cx, strait_case *c, const char *line, struct origin at)
{
    char part[LINE_MAX_LEN], *name;
    size_t row;
    int k;
    strait_status st;

    piece(&line, ';', part);
    name = strchrnul(part, ' ');
    if (*name != '\0')
        *name++ = '\0';
    k = kind_by_plural(part);
    ck_assert_msg(k >= 0, "no table %s", part);
    TRY(case_add(cx, c, (enum kind)k, at, &row));
    if (*name != '\0')
        TRY(case_set_field(cx, c, (enum kind)k, row, 0, name, NULL, at));
    while (piece(&line, ';', part)) {
        st = set_pair(cx, c, (enum kind)k, row, part, at);
        if (st == STRAIT_ENOMEM)
            break;
        st = STRAIT_OK;
    }
out:
    return st == STRAIT_EINPUT ? STRAIT_OK : st;
}

static strait_status add_line(strait_ctx *cx, strait_case *c, char *line, struct origin at)
{
    size_t key = strcspn(line, ".=*");
    strait_status st;

    if (line[0] == '\0' || line[0] == '#')
        return STRAIT_OK;
    if (line[0] == '+')
        return add_row(cx, c, line + 1, at);
    if (line[key] == '=')
        st = set_pair(cx, c, KIND_settings, 0, line, at);
    else
        st = case_override(cx, c, line, "--set", 1);
    return st == STRAIT_EINPUT ? STRAIT_OK : st;
}

strait_status case_add_text(strait_ctx *cx, strait_case *c, const char *text)
{
    char line[LINE_MAX_LEN];
    struct origin at = {.file = 0, .line = 0};
    strait_status st = STRAIT_OK;

    while (*text != '\0' && st == STRAIT_OK) {
        size_t n = strcspn(text, "\n");

        ck_assert_uint_lt(n, sizeof line);
        memcpy(line, text, n);
        line[n] = '\0';
        text += n + (text[n] == '\n' ? 1 : 0);
        at.line++;
        st = add_line(cx, c, line, at);
    }
    return st;
}

strait_case *case_from_text(strait_ctx *cx, const char *text)
{
    strait_case *c = case_new();

    if (c == NULL)
        return NULL;
    if (VEC_PUSH(&c->files, ((struct source_file){"test.cfg", ""})) == STRAIT_OK &&
        case_add_text(cx, c, text) == STRAIT_OK)
        return c;
    case_free(c);
    return NULL;
}

strait_case *case_finished(strait_ctx *cx, const char *more)
{
    strait_case *c = case_from_text(cx, case_small);

    ck_assert_ptr_nonnull(c);
    ck_assert_int_eq(case_add_text(cx, c, more), STRAIT_OK);
    if (case_finish(cx, c) != STRAIT_OK)
        for (size_t i = 0; i < cx->faults.n; i++)
            if (cx->faults.v[i].severity == SEV_ERROR)
                ck_abort_msg("%u: %s: %s", cx->faults.v[i].line, cx->faults.v[i].key, cx->faults.v[i].text);
    ck_assert_uint_eq(cx->n_error, 0);
    return c;
}

const struct fault *fault_find(const strait_ctx *cx, enum severity sev, const char *key, const char *part)
{
    for (size_t i = 0; i < cx->faults.n; i++) {
        const struct fault *f = &cx->faults.v[i];

        if (f->severity == sev && strcmp(f->key, key) == 0 &&
            (strstr(f->text, part) != NULL || (f->allowed != NULL && strstr(f->allowed, part) != NULL)))
            return f;
    }
    return NULL;
}
