/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Price catalogues with SkyPilot's columns into offers. */
#include "convert/skypilot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "convert/where.h"
#include "domain/domain.h"

#define MOST_DEALS 100000      /* offers: more is not a catalogue of places */
#define MOST_EVENTS 4000000    /* prices with dates */

static const char *const contract_word[N_CONTRACT] = {"on_demand", "spot"};

static strait_status begin(struct job *j, void *data)
{
    struct catalogue *c = data;
    const struct rows *r = &j->rows;

    c->instance = rows_column(r, "InstanceType");
    c->accelerator = rows_column(r, "AcceleratorName");
    c->count = rows_column(r, "AcceleratorCount");
    c->region = rows_column(r, "Region");
    c->zone = rows_column(r, "AvailabilityZone");
    c->provider = rows_column(r, "provider");
    c->date = rows_column(r, "date");
    c->part[ON_DEMAND] = rows_column(r, "Price");
    c->part[SPOT] = rows_column(r, "SpotPrice");
    c->price[ON_DEMAND] = rows_column(r, "TotalPrice");
    c->price[SPOT] = rows_column(r, "TotalSpotPrice");
    for (int k = 0; k < N_CONTRACT; k++)
        if (c->price[k] == ROWS_NONE)
            c->price[k] = c->part[k];
    if (c->accelerator == ROWS_NONE)
        return job_no_column(j, "AcceleratorName", "SkyPilot's columns: AcceleratorName, AcceleratorCount, Price, Region, ...");
    if (c->count == ROWS_NONE)
        return job_no_column(j, "AcceleratorCount", "SkyPilot's columns");
    if (c->region == ROWS_NONE)
        return job_no_column(j, "Region", "SkyPilot's columns");
    if (c->part[ON_DEMAND] == ROWS_NONE && c->part[SPOT] == ROWS_NONE)
        return job_no_column(j, "Price", "SkyPilot's columns: Price or SpotPrice");
    return STRAIT_OK;
}

/* The user's entry for a region, as REGION or PROVIDER:REGION; NULL: not asked for. */
static struct pick *region_of(struct job *j, const char *provider, const char *region)
{
    size_t n = strlen(provider);

    for (size_t i = 0; i < j->ask.regions.n; i++) {
        struct pick *p = &j->ask.regions.v[i];

        if (strcmp(p->name, region) == 0 ||
            (n > 0 && strncmp(p->name, provider, n) == 0 && p->name[n] == ':' && strcmp(p->name + n + 1, region) == 0))
            return p;
    }
    return NULL;
}

/* SkyPilot keeps a catalogue as catalogs/v8/aws/vms.csv; elsewhere the file has the provider's name. */
static const char *provider_of(struct job *j, const struct catalogue *c)
{
    const char *told = rows_cell(&j->rows, c->provider), *slash = strrchr(j->path, '/'), *from = j->path;
    const char *base = slash == NULL ? j->path : slash + 1;

    if (told[0] != '\0')
        return told;
    if (strncmp(base, "vms.", 4) != 0 || slash == NULL)
        return job_stem(j, j->path);
    for (const char *p = j->path; p < slash; p++)
        from = *p == '/' ? p + 1 : from;
    told = arena_strndup(j->arena, from, (size_t)(slash - from));
    return told == NULL ? NULL : job_name(j, told, 40);
}

/* The same text once in the arena, however many rows have it. */
static strait_status share(struct job *j, struct catalogue *c, const char *text, const char **out)
{
    bool is_new;
    size_t i;

    if (c->word.text.n >= 4 * MOST_DEALS && index_find(&c->word, text) == INDEX_NONE)
        return cx_fail(j->cx, STRAIT_EINPUT, "%s: more than %d regions and instance types", j->path, 4 * MOST_DEALS);
    if (text == NULL || index_add(&c->word, j->arena, text, &i, &is_new) != STRAIT_OK)
        return cx_nomem(j->cx);
    *out = c->word.text.v[i];
    return STRAIT_OK;
}

bool listing_better(const struct asked *ask, const struct listing *a, const struct listing *b)
{
    bool a_fits = a->unit == ask->unit, b_fits = b->unit == ask->unit;

    if (b->instance == NULL || a_fits != b_fits)
        return b->instance == NULL || a_fits;
    if (a->unit != b->unit)
        return a->unit > b->unit;
    if (a->price != b->price)
        return a->price < b->price;
    return strcmp(a->instance, b->instance) < 0;
}

/* The deal of this row and contract, made if new. */
static strait_status find_deal(struct job *j, struct catalogue *c, const struct deal *want, size_t *i)
{
    char key[700];
    struct deal d = *want;
    bool is_new;

    snprintf(key, sizeof key, "%.200s\n%.200s\n%.200s\n%d", d.provider, d.site, d.accelerator, d.contract);
    if (c->deal.n >= MOST_DEALS && index_find(&c->deal_key, key) == INDEX_NONE)
        return cx_fail(j->cx, STRAIT_EINPUT, "%s: more than %d offers; choose regions", j->path, MOST_DEALS);
    if (index_add(&c->deal_key, j->arena, key, i, &is_new) != STRAIT_OK || (is_new && VEC_PUSH(&c->deal, d) != STRAIT_OK))
        return cx_nomem(j->cx);
    return STRAIT_OK;
}

static strait_status take_event(struct job *j, struct catalogue *c, size_t deal, int64_t date, const struct listing *l)
{
    struct event e = {.date = date, .deal = deal, .n = c->event.n, .price = l->price, .unit = l->unit};
    char key[700];
    bool is_new;

    if (c->event.n >= MOST_EVENTS)
        return cx_fail(j->cx, STRAIT_EINPUT, "%s: more than %d prices with dates; choose regions", j->path, MOST_EVENTS);
    snprintf(key, sizeof key, "%zu\n%.200s\n%.200s\n%.200s\n%lld", deal, l->instance, l->region,
             rows_cell(&j->rows, c->zone), (long long)l->unit);
    if (index_add(&c->place_key, j->arena, key, &e.place, &is_new) != STRAIT_OK || VEC_PUSH(&c->event, e) != STRAIT_OK)
        return cx_nomem(j->cx);
    if (listing_better(&j->ask, l, &c->deal.v[deal].best))
        c->deal.v[deal].best = *l;
    return STRAIT_OK;
}

/* What a cell of a price says: a number above 0, not offered (blank, 0 or, with dates, "gone": NaN), or neither. */
static bool read_price(const char *text, bool dated, double *price)
{
    *price = (double)NAN;
    if (text[0] == '\0' || (dated && strcmp(text, "gone") == 0))
        return true;
    if (!cell_real(text, price) || *price < 0 || *price > 1e9)
        return false;
    if (*price == 0)
        *price = (double)NAN;
    return true;
}

/* Both prices of the row, NaN where not offered; *ok false: one was told to be bad, and the row with it. */
static strait_status read_prices(struct job *j, const struct catalogue *c, bool dated, double price[N_CONTRACT], bool *ok)
{
    *ok = false;
    for (int k = 0; k < N_CONTRACT; k++) {
        const char *part = rows_cell(&j->rows, c->part[k]), *cell = rows_cell(&j->rows, c->price[k]);

        if (!read_price(cell, dated, &price[k]))
            return job_bad(j, c->price[k], "USD per hour of the instance, 0 to 1e9, or nothing", "is no price");
        if (cell[0] == '\0' && part[0] != '\0')
            return job_bad(j, c->price[k], "the price of accelerator and host", "the host's price is missing");
    }
    *ok = true;
    return STRAIT_OK;
}

static strait_status take_price(struct job *j, struct catalogue *c, const struct deal *d, const struct listing *l, int64_t date)
{
    size_t i;
    strait_status st;

    if (isnan(l->price) && date == DATE_NONE)
        return STRAIT_OK;
    st = find_deal(j, c, d, &i);
    if (st != STRAIT_OK)
        return st;
    if (date != DATE_NONE)
        return take_event(j, c, i, date, l);
    if (listing_better(&j->ask, l, &c->deal.v[i].best))
        c->deal.v[i].best = *l;
    return STRAIT_OK;
}

/* Words of the row and of the user for one of ours; *d without site: the row is not asked for. */
static strait_status place(struct job *j, struct catalogue *c, struct deal *d, struct listing *l)
{
    const struct rows *r = &j->rows;
    const char *provider = provider_of(j, c), *region = rows_cell(r, c->region);
    struct pick *asked = provider == NULL ? NULL : region_of(j, provider, region);
    strait_status st;

    TRY(share(j, c, provider, &d->provider));
    if (asked == NULL && j->ask.regions.n > 0)
        return STRAIT_OK;
    if (asked != NULL)
        asked->seen = true;
    TRY(share(j, c, region, &l->region));
    TRY(share(j, c, rows_cell(r, c->instance), &l->instance));
    if (asked != NULL && asked->to != NULL)
        d->site = asked->to;
    else if (is_name(region))
        d->site = l->region;
    else
        TRY(share(j, c, job_name(j, region, 48), &d->site));
out:
    return st;
}

static strait_status take_stranger(struct job *j, struct catalogue *c, const char *provider, const char *why)
{
    double price, count;

    job_other(j);
    if (!read_price(rows_cell(&j->rows, c->price[ON_DEMAND]), true, &price) ||
        !cell_real(rows_cell(&j->rows, c->count), &count) || count <= 0)
        price = count = (double)NAN;
    return strangers_add(j, &c->strangers, rows_cell(&j->rows, c->accelerator), provider, why, price / count);
}

static strait_status row(struct job *j, void *data)
{
    struct catalogue *c = data;
    const struct rows *r = &j->rows;
    const char *why, *foreign = rows_cell(r, c->accelerator);
    struct deal d = {.site = NULL};
    struct listing l = {.file = j->path};
    int64_t date = DATE_NONE;
    double count, price[N_CONTRACT];
    bool ok;
    strait_status st;

    if (foreign[0] == '\0') {
        job_other(j);     /* an instance without accelerators */
        return STRAIT_OK;
    }
    TRY(place(j, c, &d, &l));
    if (d.site == NULL) {
        job_other(j);
        return STRAIT_OK;
    }
    if (c->date != ROWS_NONE && !date_parse(rows_cell(r, c->date), &date))
        return job_bad(j, c->date, "YYYY-MM-DD", "is no date");
    d.accelerator = chip_names_find(&c->names, foreign, l.instance, &why);
    if (d.accelerator == NULL)
        return take_stranger(j, c, d.provider, why);
    if (!cell_count(rows_cell(r, c->count), &count) || count < 1 || count > 1e5)
        return job_bad(j, c->count, "a whole number from 1", "is no number of accelerators");
    l.unit = (int64_t)count;
    TRY(read_prices(j, c, date != DATE_NONE, price, &ok));
    for (int k = 0; ok && k < N_CONTRACT; k++)
        if (c->price[k] != ROWS_NONE) {
            d.contract = k;
            l.price = price[k] / count;
            TRY(take_price(j, c, &d, &l, date));
        }
out:
    return st;
}

/* ---- tables ---- */

/* SITE_ACCELERATOR_PROVIDER_od or _spot, cut to what a NAME may be and with a number where that is taken. */
static strait_status name_deals(struct job *j, struct catalogue *c)
{
    struct index taken = {.slot = NULL};
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->deal.n && st == STRAIT_OK; i++) {
        struct deal *d = &c->deal.v[i];
        char word[400], name[80];
        const char *plain;
        bool is_new = false;
        size_t k;

        snprintf(word, sizeof word, "%.100s_%.100s_%.100s_%s", d->site, d->accelerator, d->provider,
                 d->contract == SPOT ? "spot" : "od");
        plain = job_name(j, word, strlen(word) > 64 ? 56 : 64);
        for (int n = 1; st == STRAIT_OK && !is_new; n++) {
            if (n == 1)
                snprintf(name, sizeof name, "%s", plain == NULL ? "" : plain);
            else
                snprintf(name, sizeof name, "%.56s-%d", plain, n);
            st = plain == NULL ? STRAIT_ENOMEM : index_add(&taken, j->arena, name, &k, &is_new);
        }
        d->name = st == STRAIT_OK ? taken.text.v[k] : NULL;
    }
    index_free(&taken);
    return st;
}

static strait_status source_of(struct job *j, const struct deal *d, str *b)
{
    if (j->ask.source != NULL)
        str_printf(b, "%s: ", j->ask.source);
    str_printf(b, "%s %s in %s", d->provider, d->best.instance[0] == '\0' ? "instance" : d->best.instance, d->best.region);
    str_printf(b, " (%s)", job_stem(j, d->best.file));
    return b->failed ? cx_nomem(j->cx) : STRAIT_OK;
}

static strait_status add_offer(struct job *j, strait_table *t, const struct deal *d)
{
    int64_t block = d->best.unit;
    double count = j->ask.count > 0 ? (double)j->ask.count : (double)NAN;
    str source = {0};
    strait_status st = source_of(j, d, &source);

    if (st == STRAIT_OK)
        st = table_add(t, d->name, d->site, d->accelerator, contract_word[d->contract], d->best.price, count,
                       "power|cooling|network", block, d->contract == SPOT ? j->ask.interruptions : (double)NAN, source.s,
                       j->ask.date, j->ask.kind != NULL ? j->ask.kind : "reported");
    str_free(&source);
    return st;
}

static strait_status offers_table(struct job *j, const struct catalogue *c)
{
    static const struct column_def def[] = {
        {"name", STRAIT_TEXT, ""}, {"site", STRAIT_TEXT, ""}, {"accelerator", STRAIT_TEXT, ""},
        {"contract", STRAIT_TEXT, ""}, {"price", STRAIT_REAL, "USD/h"}, {"count", STRAIT_REAL, ""},
        {"includes", STRAIT_TEXT, ""}, {"unit", STRAIT_INT, ""}, {"interruptions", STRAIT_REAL, "1/h"},
        {"source", STRAIT_TEXT, ""}, {"date", STRAIT_TEXT, ""}, {"kind", STRAIT_TEXT, ""}, {NULL, STRAIT_TEXT, NULL},
    };
    strait_table *t = NULL;
    strait_status st;

    TRY(table_new(&t, "offers", def));
    for (size_t i = 0; i < c->deal.n; i++)
        if (!isnan(c->deal.v[i].best.price))   /* else it was gone before it had one */
            TRY(add_offer(j, t, &c->deal.v[i]));
    TRY(job_give(j, &t));
out:
    table_free(t);
    return st;
}

/* What the user should add before a case takes the tables. */
static strait_status hints(struct job *j, const struct catalogue *c)
{
    const char *file = j->file.v[0].file;
    bool spot = false;
    strait_status st = STRAIT_OK;

    for (size_t i = 0; i < c->deal.n; i++)
        spot = spot || c->deal.v[i].contract == SPOT;
    for (size_t i = 0; i < j->ask.regions.n; i++)
        if (!j->ask.regions.v[i].seen)
            TRY(cx_fault(j->cx, SEV_WARNING, file, 1, "regions", j->ask.regions.v[i].name,
                         "a region as the catalogue writes it, or PROVIDER:REGION", "is in no row with an accelerator"));
    if (c->deal.n > 0 && j->ask.count == 0)
        TRY(cx_fault(j->cx, SEV_WARNING, file, 1, "count", NULL, "--count N, or a table of availabilities of your own",
                     "a catalogue does not say how many there are; a case needs it"));
    if (spot && isnan(j->ask.interruptions))
        TRY(cx_fault(j->cx, SEV_WARNING, file, 1, "interruptions", NULL, "--interruptions PER_HOUR",
                     "a catalogue does not say how often spot is interrupted; a case takes 0 where nothing is said"));
    if (c->deal.n == 0)
        TRY(cx_fault(j->cx, SEV_WARNING, file, 1, "offers", NULL, "regions and accelerators that the files hold",
                     "no offer came of the files"));
out:
    return st;
}

/**
 * Catalogues with SkyPilot's columns into tables "offers", "prices" and "availabilities" (of rows with dates) and
 * "unknown".
 *
 * One offer for each provider, site, accelerator and contract: of the instance type with most accelerators (or `unit`),
 * the cheapest zone, its price per hour divided by its accelerators.  Where the catalogue has a column TotalPrice, that
 * is taken: the accelerator with its host.
 *
 * @return STRAIT_OK, STRAIT_EINPUT (faults in cx), STRAIT_EIO, STRAIT_ENOMEM
 * Memory O(offers + prices with dates).  Source: SkyPilot's catalogs, columns of sky/catalog/common.py.
 * Test: tests/unit/check_convert.c, tests/cli/import.py
 */
strait_status import_skypilot(struct job *j, const char *const *file, size_t n)
{
    struct catalogue c = {.instance = ROWS_NONE};
    strait_status st;

    TRY(chip_names_new(j, &c.names));
    TRY(job_read(j, file, n, begin, row, &c));
    TRY(job_tell(j));
    TRY(name_deals(j, &c));
    TRY(history_tables(j, &c));
    TRY(offers_table(j, &c));
    TRY(strangers_table(j, &c.strangers));
    TRY(hints(j, &c));
out:
    chip_names_free(&c.names);
    strangers_free(&c.strangers);
    index_free(&c.deal_key);
    index_free(&c.place_key);
    index_free(&c.word);
    VEC_FREE(&c.deal);
    VEC_FREE(&c.event);
    return st;
}
