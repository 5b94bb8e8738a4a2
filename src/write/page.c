/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include "write/emit.h"
#include "write/page.h"

void page_free(struct page *p)
{
    str_free(&p->b);
    str_free(&p->line);
}

void page_end(struct page *p)
{
    while (p->line.n > 0 && p->line.s[p->line.n - 1] == ' ')
        p->line.s[--p->line.n] = '\0';
    if (p->line.n > 0)
        text_put(&p->b, p->line.s, PAGE_COLS);
    str_putc(&p->b, '\n');
    if (p->b.failed || p->line.failed)
        p->st = STRAIT_ENOMEM;
    p->line.n = 0;
    p->n_line++;
}

void page_wrap(struct page *p, const char *s, size_t indent)
{
    for (size_t have = 0; *s;) {
        size_t n = strcspn(s, " ");
        str word = {0};
        str_put(&word, s, n);
        if (word.failed) {
            p->st = STRAIT_ENOMEM;
        } else if (have > 0 && have + 1 + text_width(word.s) > PAGE_COLS) {
            page_end(p);
            for (have = 0; have < indent; have++)
                str_putc(&p->line, ' ');
        } else if (have > 0) {
            str_putc(&p->line, ' ');
            have++;
        }
        str_put(&p->line, s, n);
        have += word.failed ? n : text_width(word.s);
        str_free(&word);
        s += n + (s[n] == ' ');
    }
    page_end(p);
}

void page_say(struct page *p, str *s)
{
    if (s->failed)
        p->st = STRAIT_ENOMEM;
    else
        page_wrap(p, s->s, 2);
    s->n = 0;
}

void page_left(struct page *p, const char *s, size_t width)
{
    text_pad(&p->line, s, width);
    str_puts(&p->line, "  ");
}

void page_right(struct page *p, const char *s, size_t width)
{
    for (size_t w = text_width(s); w < width; w++)
        str_putc(&p->line, ' ');
    str_puts(&p->line, s);
    str_puts(&p->line, "  ");
}

static void right(struct page *p, str *s, size_t width)
{
    if (s->failed)
        p->st = STRAIT_ENOMEM;
    else
        page_right(p, s->s, width);
    str_free(s);
}

void page_count(struct page *p, double v, size_t width)
{
    str s = {0};

    text_count(&s, v);
    right(p, &s, width);
}

void put_money(str *b, double v)
{
    if (isfinite(v) && fabs(v) < 1000)
        str_printf(b, "%.2f", fabs(v) < 0.005 ? 0.0 : v);
    else
        text_count(b, v);
}

void page_money(struct page *p, double v, size_t width)
{
    str s = {0};

    put_money(&s, v);
    right(p, &s, width);
}

/* Three digits and the words of the thousands. */
static void put_scaled(str *b, double v, const char *const word[], size_t n_word, const char *gap)
{
    size_t k = 0;

    for (; k + 1 < n_word && fabs(v) >= 999.5; k++)
        v /= 1000;
    str_printf(b, "%.*f", k == 0 || fabs(v) >= 99.95 ? 0 : fabs(v) >= 9.995 ? 1 : 2, fabs(v) < 0.5 && k == 0 ? 0.0 : v);
    if (*word[k])
        str_printf(b, "%s%s", gap, word[k]);
}

void put_tiny(str *b, const char *words, double v)
{
    str_puts(b, words);
    if (v == 0)
        str_putc(b, '0');
    else
        str_printf(b, "%.1e", v);
}

void put_amount(str *b, double v)
{
    static const char *const word[] = {"", "thousand", "million", "billion", "trillion", "quadrillion"};

    put_scaled(b, v, word, sizeof word / sizeof *word, " ");
}

void put_short(str *b, double v)
{
    static const char *const word[] = {"", "k", "M", "G", "T"};

    put_scaled(b, v, word, sizeof word / sizeof *word, " ");
}

void put_change(str *b, double v)
{
    str_putc(b, v < 0 ? '-' : '+');
    put_short(b, fabs(v));
}

void page_amount(struct page *p, double v, size_t width)
{
    str s = {0};

    put_short(&s, v);
    right(p, &s, width);
}

void put_share(str *b, double part, double whole)
{
    double share = 100 * part / whole;

    if (!isfinite(share))
        str_puts(b, "-");
    else if (share != 0 && fabs(share) < 0.5)
        str_puts(b, share > 0 ? "<1 %" : ">-1 %");
    else
        str_printf(b, "%.0f %%", share + 0.0);
}

void page_share(struct page *p, double part, double whole)
{
    str s = {0};

    put_share(&s, part, whole);
    right(p, &s, 5);
}

bool page_item(struct page *p, const char *item, bool first, bool last)
{
    size_t have = p->line.s ? text_width(p->line.s) : 0;
    size_t need = text_width(item) + (first ? 0 : 2) + (last ? 0 : strlen(", ..."));

    if (have + need > PAGE_COLS) {
        str_puts(&p->line, first ? "..." : ", ...");
        return false;
    }
    str_puts(&p->line, first ? "" : ", ");
    str_puts(&p->line, item);
    return true;
}
