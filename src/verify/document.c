/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan says of itself: of which files it is, whether it is one, what its certificate and its ties say. */
#include "verify/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/str.h"

static const struct plan_input_file *told_file(const struct verifier *v, const char *path)
{
    for (size_t i = 0; i < v->plan->files.n; i++)
        if (strcmp(v->plan->files.v[i].path, path) == 0)
            return &v->plan->files.v[i];
    return NULL;
}

/* The digest of an input: that of its files' digests, one a line, in the order they were read. */
static strait_status digest_of(const str *all, char hex[65])
{
    return all->failed ? STRAIT_ENOMEM : digest_hex(all->s ? all->s : "", all->n, hex);
}

/* Every file that the case is read from now, against the plan's list. */
static strait_status check_files(struct verifier *v, str *all)
{
    size_t n = 0;

    for (size_t i = 0; i < v->c->files.n; i++) {
        const char *path = seen_from_case(v->c, i), *digest = v->c->files.v[i].digest;
        const struct plan_input_file *said;
        if (!digest)
            continue;
        n++;
        str_printf(all, "%s\n", digest);
        said = told_file(v, path);
        if (v->plan->files_given)
            report_text(&v->report, PROMISE_FILES, PLACE(path), said ? said->digest : "not read", digest);
    }
    for (size_t i = 0; i < v->plan->files.n; i++) {
        bool read = false;
        for (size_t k = 0; k < v->c->files.n && !read; k++)
            read = v->c->files.v[k].digest && strcmp(seen_from_case(v->c, k), v->plan->files.v[i].path) == 0;
        if (!read)
            report_text(&v->report, PROMISE_FILES, PLACE(v->plan->files.v[i].path), v->plan->files.v[i].digest, "not read");
    }
    report_fact(&v->report, PROMISE_INPUT, PLACE("input.files"), v->plan->files_given ? "told" : "not told", "told", v->plan->files_given);
    if (v->plan->files_given)
        report_equal(&v->report, PROMISE_INPUT, PLACE("input.files"), (double)v->plan->files.n, (double)n, 0.0);
    return all->failed ? STRAIT_ENOMEM : STRAIT_OK;
}

/**
 * The files of the plan are the files of the case as it is now; its digest is theirs.
 *
 * @return STRAIT_OK, STRAIT_ENOMEM
 */
strait_status verify_input(struct verifier *v)
{
    strait_status st = STRAIT_OK;
    str now = { 0 }, told = { 0 };
    char hex[65];

    TRY(check_files(v, &now));
    TRY(digest_of(&now, hex));
    report_text(&v->report, PROMISE_INPUT, PLACE("input.digest"), v->plan->digest, hex);
    for (size_t i = 0; i < v->plan->files.n; i++)
        str_printf(&told, "%s\n", v->plan->files.v[i].digest);
    TRY(digest_of(&told, hex));
    if (v->plan->files_given)
        report_text(&v->report, PROMISE_INPUT, PLACE("input.digest of its files"), v->plan->digest, hex);
out:
    str_free(&now);
    str_free(&told);
    return st;
}

bool verify_says_plan(const char *status)
{
    return strcmp(status, "optimal") == 0 || strcmp(status, "within_gap") == 0 || strcmp(status, "feasible") == 0;
}

/* What a status asks of the certificate. */
static void check_status(struct verifier *v)
{
    const struct plan_file *p = v->plan;
    bool plan = verify_says_plan(p->status), infeasible = strcmp(p->status, "infeasible") == 0;
    const char *found = plan ? "a plan" : infeasible ? "no plan: proven that there is none"
                      : strcmp(p->status, "no_plan") == 0 ? "no plan: stopped before there was one" : "no plan: its certificate failed";

    report_fact(&v->report, PROMISE_STATUS, PLACE("status"), p->status, found, strcmp(p->status, "uncertified") != 0);
    report_fact(&v->report, PROMISE_CERTIFICATE, PLACE("certificate"), p->certificate.given ? "told" : "not told", "told", p->certificate.given);
    if (!p->certificate.given)
        return;
    report_text(&v->report, PROMISE_CERTIFICATE, PLACE("certificate.ok"), p->certificate.ok ? "true" : "false", plan || infeasible ? "true" : "false");
    report_text(&v->report, PROMISE_CERTIFICATE, PLACE("certificate.farkas"), p->certificate.farkas ? "true" : "false", infeasible ? "true" : "false");
}

/* Residuals are sizes: never negative; that of the rows is within the tolerance of a plan. */
static void check_residuals(struct verifier *v)
{
    const struct plan_certificate *k = &v->plan->certificate;

    report_most(&v->report, PROMISE_CERTIFICATE, PLACE("primal_residual"), k->primal_residual, 0.0, 0.0);
    report_most(&v->report, PROMISE_CERTIFICATE, PLACE("primal_residual"), TOL_PRIMAL, k->primal_residual, 0.0);
    report_most(&v->report, PROMISE_CERTIFICATE, PLACE("dual_residual"), k->dual_residual, 0.0, 0.0);
    report_fact(&v->report, PROMISE_CERTIFICATE, PLACE("dual_residual"), NULL, isfinite(k->dual_residual) ? "finite" : "infinite", isfinite(k->dual_residual));
}

/* Workloads whose placements have ties are the case's, each once; and there are none without other plans. */
static void check_unique(struct verifier *v)
{
    const struct plan_unique *u = &v->plan->unique;

    report_fact(&v->report, PROMISE_UNIQUE, PLACE("unique"), u->given ? "told" : "not told", "told", u->given);
    if (!u->alternatives)
        report_equal(&v->report, PROMISE_UNIQUE, PLACE("workloads without alternatives"), (double)u->workloads.n, 0.0, 0.0);
    for (size_t i = 0; i < u->workloads.n; i++) {
        bool known = case_find(v->c, KIND_workload, u->workloads.v[i]) >= 0, again = false;
        for (size_t k = 0; k < i; k++)
            again = again || strcmp(u->workloads.v[i], u->workloads.v[k]) == 0;
        report_fact(&v->report, PROMISE_UNIQUE, PLACE("workload"), u->workloads.v[i], !known ? "not in the case" : again ? "told twice" : "once", known && !again);
    }
}

/* The document's own claims, whether there is a plan in it or not. */
void verify_document(struct verifier *v)
{
    const struct plan_file *p = v->plan;

    report_text(&v->report, PROMISE_SCHEMA, PLACE("schema"), p->schema, "strait.plan/1");
    check_status(v);
    if (p->certificate.given)
        check_residuals(v);
    check_unique(v);
    report_text(&v->report, PROMISE_TOTAL, PLACE("objective.currency"), p->objective.currency, v->c->settings.currency);
    report_equal(&v->report, PROMISE_TOTAL, PLACE("objective.price_year"), (double)p->objective.price_year, (double)v->c->settings.price_year, 0.0);
}

static void told_nothing(struct verifier *v, const char *what, size_t n)
{
    report_equal(&v->report, PROMISE_STATUS, PLACE("rows of", what), (double)n, 0.0, 0.0);
}

static void told_no_number(struct verifier *v, const char *what, double said)
{
    char text[40];

    (void)snprintf(text, sizeof text, "%.15g", said);
    report_fact(&v->report, PROMISE_STATUS, PLACE(what), isnan(said) ? "none" : text, "none", isnan(said));
}

/* Only a plan that is proven has shadow prices; only one that is not has the weights that bound it instead. */
void verify_no_prices(struct verifier *v, bool proven)
{
    const struct plan_duals *none = proven ? &v->plan->proof : &v->plan->duals;

    for (int f = 0; f < N_DUAL; f++)
        told_nothing(v, dual_family_name[f], none->family[f].n);
}

/* A document without a plan has none of its parts. */
void verify_no_parts(struct verifier *v)
{
    const struct plan_file *p = v->plan;

    told_no_number(v, "objective.value", p->objective.value);
    told_no_number(v, "objective.bound", p->objective.bound);
    told_no_number(v, "objective.gap", p->objective.gap);
    told_no_number(v, "certificate.primal_objective", p->certificate.given ? p->certificate.primal_objective : (double)NAN);
    told_no_number(v, "certificate.dual_objective", p->certificate.given ? p->certificate.dual_objective : (double)NAN);
    told_no_number(v, "certificate.gap", p->certificate.given ? p->certificate.gap : (double)NAN);
    told_no_number(v, "cost.total", p->cost.total);
    told_nothing(v, "placements", p->placements.n);
    told_nothing(v, "leases", p->leases.n);
    told_nothing(v, "unmet", p->unmet.n);
    told_nothing(v, "split", p->split.n);
    told_nothing(v, "idle", p->idle.n);
    told_nothing(v, "offers", p->offers.n);
    told_nothing(v, "cost_by", p->cost_by.n);
    told_nothing(v, "rounded", p->rounded.given);
    verify_no_prices(v, false);
}
