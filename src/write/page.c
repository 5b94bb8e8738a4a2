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

void put_share(str *b, double part, double whole)
{
    double share = 100 * part / whole;

    if (!isfinite(share))
        str_puts(b, "-");
    else if (share > 0 && share < 0.5)
        str_puts(b, "<1 %");
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
