/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine on GLPK 5.0: the only user of glpk.h.
 *
 * GLPK answers a bad argument or its own failed assertion by calling an error hook and then aborting, unless the hook
 * jumps out.  After that glp_free_env must follow, which invalidates every problem and forgets the hooks: the engine is
 * then dead, each call on it fails, and its problem is never touched again.  Hooks are installed at every entry.
 */
#include <float.h>
#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/tolerance.h"
#include "lp/engine.h"

/* Pivots between two looks at the clock; a count, not a time, so that the way never depends on the machine's load. */
#define SLICE_PIVOTS 400
/*
 * More pivots than this in one solve, and GLPK turns in a circle, as it can on rows whose coefficients lie 1e7 apart: it
 * gets another basis to begin from, twice, and is then told to have failed.  Solves that end need a few pivots a row.
 */
#define STALL_PIVOTS 20000
#define STALL_PER_ROW 100
/* GLPK's 1e-7 lets a reduced cost of 1e-4 money pass on work of thousands: more than the gap that is asked for. */
#define TOL_REDUCED 1e-9
/* For a second try, when the first left more of a gap than asked for. */
#define TOL_REDUCED_TIGHT 1e-12

struct engine {
    const struct lp *m;
    glp_prob *p;
    bool dead, failed_memory;
    unsigned long lost;     /* environments that the thread had lost when the engine began */
    bool elastic;           /* artificial columns are there and priced */
    int *at;                /* lp column -> GLPK column, 0: not in */
    size_t n_in;
    int *lp_col;            /* GLPK column - 1 -> lp column, -1: artificial */
    double *unit;           /* GLPK column - 1 -> the unit of lp_scaled_column */
    double tol_reduced;
    double above;           /* in the engine's money: where a dual solve may stop */
    size_t cap_in;
    int *ind;               /* 1-based scratch of max_nnz */
    double *val;
    long pivots, most_pivots;
    char said[200];         /* last line of GLPK's terminal output, for messages */
    jmp_buf jump;
};

/*
 * GLPK keeps one environment a thread, and with it every problem of the thread.  It is ours to free when no engine is left
 * and nobody had one before us; when an abort takes it away, all engines of the thread are dead.
 */
static _Thread_local struct { bool ours; size_t live; unsigned long lost; } environment;

static bool is_dead(const engine *e) { return e->dead || e->lost != environment.lost; }

static int on_text(void *info, const char *text)
{
    engine *e = info;
    size_t n = strcspn(text, "\r\n");

    if (n > 0) {
        n = n < sizeof e->said - 1 ? n : sizeof e->said - 1;
        memcpy(e->said, text, n);
        e->said[n] = '\0';
    }
    if (strstr(text, "no memory") || strstr(text, "out of memory") || strstr(text, "memory allocation limit"))
        e->failed_memory = true;
    return 1;   /* nothing reaches the terminal */
}

static void on_error(void *info)
{
    engine *e = info;

    longjmp(e->jump, 1);
}

static void enter(engine *e)
{
    glp_term_hook(on_text, e);
    glp_error_hook(on_error, e);
}

static void leave(void)
{
    glp_error_hook(NULL, NULL);
    glp_term_hook(NULL, NULL);
}

/* After a jump: the environment is gone, and with it every problem of the thread. */
static void lose(engine *e)
{
    e->dead = true;
    e->p = NULL;
    environment.lost++;
    environment.live = 0;
    environment.ours = false;
    glp_free_env();
}

static strait_status died(strait_ctx *cx, engine *e)
{
    lose(e);
    if (e->failed_memory)
        return cx_fail(cx, STRAIT_ENOMEM, "the LP solver ran out of memory");
    return cx_fail(cx, STRAIT_EBUG, "the LP solver failed: %s", e->said);
}

static strait_status refuse_dead(strait_ctx *cx) { return cx_fail(cx, STRAIT_EBUG, "the LP solver failed before"); }

static int bound_type(double lo, double up)
{
    if (lo == up)
        return GLP_FX;
    if (isinf(lo))
        return isinf(up) ? GLP_FR : GLP_UP;
    return isinf(up) ? GLP_LO : GLP_DB;
}

/* Row i with the sides of r, which are measured as the lp measures row i. */
static void set_sides_of(engine *e, size_t i, const struct lp_row *r)
{
    double u = lp_row_unit(&e->m->row[i]);

    glp_set_row_bnds(e->p, (int)i + 1, bound_type(r->lo, r->up), r->lo / u, r->up / u);
}

static void set_row(engine *e, size_t i) { set_sides_of(e, i, &e->m->row[i]); }

static void set_col(engine *e, int k)
{
    int j = e->lp_col[k - 1];

    if (j < 0) {
        glp_set_col_bnds(e->p, k, e->elastic ? GLP_LO : GLP_FX, 0.0, 0.0);
        glp_set_obj_coef(e->p, k, e->elastic ? 1.0 : 0.0);
        return;
    }
    double u = e->unit[k - 1];
    glp_set_col_bnds(e->p, k, bound_type(e->m->lo[j], e->m->up[j]), e->m->lo[j] / u, e->m->up[j] / u);
    glp_set_obj_coef(e->p, k, e->elastic ? 0.0 : u / e->m->money * e->m->cost[j]);
}

strait_status engine_new(strait_ctx *cx, const struct lp *m, engine **out)
{
    engine *e = mem_calloc(1, sizeof *e);

    if (!e)
        return cx_nomem(cx);
    e->m = m;
    e->tol_reduced = TOL_REDUCED;
    e->above = INFINITY;
    e->at = mem_calloc(m->n_col, sizeof *e->at);
    e->ind = mem_calloc(m->max_nnz + 2, sizeof *e->ind);
    e->val = mem_calloc(m->max_nnz + 2, sizeof *e->val);
    if (!e->at || !e->ind || !e->val) {
        engine_free(e);
        return cx_nomem(cx);
    }
    int found = glp_init_env();     /* 0: made, 1: there already, else it would abort at the first call, without a hook */
    if (found > 1) {
        engine_free(e);
        return cx_fail(cx, STRAIT_ENOMEM, "the LP solver ran out of memory");
    }
    environment.ours = found == 0 || environment.ours;
    e->lost = environment.lost;
    if (setjmp(e->jump)) {
        strait_status st = died(cx, e);
        engine_free(e);
        return st;
    }
    enter(e);
    e->p = glp_create_prob();
    environment.live++;
    glp_set_obj_dir(e->p, GLP_MIN);
    if (m->n_row > 0)
        glp_add_rows(e->p, (int)m->n_row);
    for (size_t i = 0; i < m->n_row; i++)
        set_row(e, i);
    leave();
    *out = e;
    return STRAIT_OK;
}

/* The last engine of the thread takes GLPK's environment with it, if it is ours. */
static void delete_problem(engine *e)
{
    if (!e->p || is_dead(e))
        return;
    if (setjmp(e->jump)) {
        lose(e);
        return;
    }
    enter(e);
    glp_delete_prob(e->p);
    leave();
    if (--environment.live == 0 && environment.ours) {
        environment.ours = false;
        glp_free_env();
    }
}

void engine_free(engine *e)
{
    if (!e)
        return;
    delete_problem(e);
    mem_free(e->at);
    mem_free(e->lp_col);
    mem_free(e->unit);
    mem_free(e->ind);
    mem_free(e->val);
    mem_free(e);
}

static strait_status reserve(strait_ctx *cx, engine *e, size_t more)
{
    if (e->n_in + more <= e->cap_in)
        return STRAIT_OK;
    size_t cap = 2 * (e->n_in + more);
    int *v = mem_realloc(e->lp_col, cap, sizeof *v);
    if (!v)
        return cx_nomem(cx);
    e->lp_col = v;
    double *unit = mem_realloc(e->unit, cap, sizeof *unit);
    if (!unit)
        return cx_nomem(cx);
    e->unit = unit;
    e->cap_in = cap;
    return STRAIT_OK;
}

static void load_column(engine *e, size_t j)
{
    int k = glp_add_cols(e->p, 1);
    size_t n = lp_scaled_column(e->m, j, e->ind + 1, e->val + 1, &e->unit[k - 1]);

    for (size_t i = 1; i <= n; i++)
        e->ind[i]++;
    glp_set_mat_col(e->p, k, (int)n, e->ind, e->val);
    e->lp_col[k - 1] = (int)j;
    e->at[j] = k;
    e->n_in = (size_t)k;
    set_col(e, k);
    glp_set_col_stat(e->p, k, isinf(e->m->lo[j]) ? GLP_NU : GLP_NL);
}

strait_status engine_add(strait_ctx *cx, engine *e, const size_t *col, size_t n)
{
    strait_status st = reserve(cx, e, n);

    if (st != STRAIT_OK)
        return st;
    if (is_dead(e))
        return refuse_dead(cx);
    if (setjmp(e->jump))
        return died(cx, e);
    enter(e);
    for (size_t i = 0; i < n; i++)
        if (!e->at[col[i]])
            load_column(e, col[i]);
    leave();
    return STRAIT_OK;
}

bool engine_has(const engine *e, size_t col) { return e->at[col] != 0; }

size_t engine_cols(const engine *e) { return e->n_in; }

static void add_artificial(engine *e, int row, double sign)
{
    int k = glp_add_cols(e->p, 1);

    e->ind[1] = row;
    e->val[1] = sign;
    glp_set_mat_col(e->p, k, 1, e->ind, e->val);
    e->lp_col[k - 1] = -1;
    e->unit[k - 1] = 1.0;
    e->n_in = (size_t)k;
}

/* Give every row one artificial column for each finite side, once; then price for phase 1 or for money. */
static strait_status set_elastic(strait_ctx *cx, engine *e, bool elastic)
{
    volatile bool have = false;

    if (elastic == e->elastic)
        return STRAIT_OK;
    strait_status st = reserve(cx, e, 2 * e->m->n_row);
    if (st != STRAIT_OK)
        return st;
    if (setjmp(e->jump))
        return died(cx, e);
    enter(e);
    for (size_t k = 0; k < e->n_in; k++)
        have = have || e->lp_col[k] < 0;
    for (size_t i = 0; elastic && !have && i < e->m->n_row; i++) {
        if (!isinf(e->m->row[i].lo))
            add_artificial(e, (int)i + 1, 1.0);
        if (!isinf(e->m->row[i].up))
            add_artificial(e, (int)i + 1, -1.0);
    }
    e->elastic = elastic;
    for (int k = 1; k <= (int)e->n_in; k++)
        set_col(e, k);
    leave();
    return STRAIT_OK;
}

strait_status engine_refresh(strait_ctx *cx, engine *e)
{
    if (is_dead(e))
        return refuse_dead(cx);
    if (setjmp(e->jump))
        return died(cx, e);
    enter(e);
    for (size_t i = 0; i < e->m->n_row; i++)
        set_row(e, i);
    for (int k = 1; k <= (int)e->n_in; k++)
        set_col(e, k);
    leave();
    return STRAIT_OK;
}

strait_status engine_set_rows(strait_ctx *cx, engine *e, const struct lp_row *row)
{
    if (is_dead(e))
        return refuse_dead(cx);
    if (setjmp(e->jump))
        return died(cx, e);
    enter(e);
    for (size_t i = 0; i < e->m->n_row; i++)
        set_sides_of(e, i, &row[i]);
    leave();
    return STRAIT_OK;
}

/* Where a row or column rests that is not basic. */
static int resting(double lo, double up, bool high)
{
    if (lo == up)
        return GLP_NS;
    if (isinf(lo))
        return isinf(up) ? GLP_NF : GLP_NU;
    return high && !isinf(up) ? GLP_NU : GLP_NL;
}

strait_status engine_set_basis(strait_ctx *cx, engine *e, const size_t *col, size_t n_col, const bool *row, const bool *at_most, bool *ok)
{
    if (is_dead(e))
        return refuse_dead(cx);
    if (setjmp(e->jump))
        return died(cx, e);
    enter(e);
    for (size_t i = 0; i < e->m->n_row; i++)
        glp_set_row_stat(e->p, (int)i + 1, row[i] ? GLP_BS : resting(e->m->row[i].lo, e->m->row[i].up, false));
    for (size_t k = 0; k < e->n_in; k++) {
        int j = e->lp_col[k];
        glp_set_col_stat(e->p, (int)k + 1, j < 0 ? GLP_NS : resting(e->m->lo[j], e->m->up[j], at_most[j]));
    }
    for (size_t i = 0; i < n_col; i++)
        glp_set_col_stat(e->p, e->at[col[i]], GLP_BS);
    *ok = glp_factorize(e->p) == 0;
    if (!*ok)
        glp_std_basis(e->p);
    leave();
    return STRAIT_OK;
}

/* One slice of pivots. GLPK's return code. */
static int slice(engine *e, enum engine_method how)
{
    glp_smcp q;
    int before = glp_get_it_cnt(e->p), code;

    glp_init_smcp(&q);
    q.msg_lev = GLP_MSG_ERR;
    q.meth = how == ENGINE_DUAL ? GLP_DUALP : GLP_PRIMAL;
    q.it_lim = SLICE_PIVOTS;
    q.tol_dj = e->tol_reduced;
    if (isfinite(e->above) && !e->elastic)
        q.obj_ul = e->above;
    code = glp_simplex(e->p, &q);
    e->pivots += glp_get_it_cnt(e->p) - before;
    return code;
}

/* What GLPK's code and status mean. True when the solve has ended. */
static bool ended(engine *e, int code, int *repairs, enum engine_outcome *out)
{
    int s = code == 0 ? glp_get_status(e->p) : GLP_UNDEF;

    if (code == GLP_EITLIM)
        return false;
    if (code == GLP_EOBJUL) {
        *out = ENGINE_ABOVE;
        return true;
    }
    if (code == 0 && s == GLP_NOFEAS && e->elastic)
        code = GLP_EFAIL;   /* cannot be: artificial columns reach every row; its basis has gone bad */
    if (code == 0) {
        *out = s == GLP_OPT ? ENGINE_OPTIMAL : s == GLP_NOFEAS ? ENGINE_INFEASIBLE : ENGINE_FAILED;
        return true;
    }
    if ((code == GLP_EBADB || code == GLP_ESING || code == GLP_ECOND || code == GLP_EFAIL) && ++*repairs <= 2) {
        if (*repairs == 1)
            glp_adv_basis(e->p, 0);
        else
            glp_std_basis(e->p);
        return false;
    }
    *out = ENGINE_FAILED;
    return true;
}

bool engine_at_limit(const engine *e) { return e->most_pivots > 0 && e->pivots >= e->most_pivots; }

strait_status engine_solve(strait_ctx *cx, engine *e, enum engine_method how, bool elastic, double deadline, enum engine_outcome *out)
{
    volatile int repairs = 0;
    volatile long begin = e->pivots;
    strait_status st;

    if (is_dead(e))
        return refuse_dead(cx);
    st = set_elastic(cx, e, elastic);
    if (st != STRAIT_OK)
        return st;
    if (setjmp(e->jump))
        return died(cx, e);
    enter(e);
    for (;;) {
        int tries = repairs;
        int code = slice(e, how);
        if (code == GLP_EITLIM && e->pivots - begin > STALL_PIVOTS + STALL_PER_ROW * (long)e->m->n_row) {
            snprintf(e->said, sizeof e->said, "its pivots turn in a circle");
            begin = e->pivots;
            code = GLP_EFAIL;
        }
        if (ended(e, code, &tries, out))
            break;
        repairs = tries;
        if (isfinite(e->above)) {       /* not worth more than a slice */
            *out = ENGINE_ABOVE;
            break;
        }
        if (cx_tick(cx, "solve", NAN) || (deadline > 0.0 && cx_now() >= deadline) || engine_at_limit(e)) {
            *out = ENGINE_LIMIT;
            break;
        }
    }
    leave();
    if (*out == ENGINE_FAILED)
        return cx_fail(cx, STRAIT_EBUG, "the LP solver gave up: %s", e->said[0] ? e->said : "no reason given");
    return STRAIT_OK;
}

/* In the lp's units; what differs from a bound by noise is at the bound. */
static double unscaled(const struct engine *e, size_t k, double v)
{
    double u = e->unit[k], lo = e->m->lo[e->lp_col[k]], up = e->m->up[e->lp_col[k]];

    if (fabs(v - lo / u) <= TOL_ZERO)
        return lo;
    if (fabs(v - up / u) <= TOL_ZERO)
        return up;
    return v * u;
}

void engine_tighten(engine *e) { e->tol_reduced = TOL_REDUCED_TIGHT; }

void engine_stop_above(engine *e, double objective) { e->above = objective / e->m->money; }

void engine_solution(const engine *e, double *x, double *y, double *objective, bool *feasible)
{
    double scale = e->elastic ? 1.0 : e->m->money;

    memset(x, 0, e->m->n_col * sizeof *x);
    *feasible = false;
    *objective = NAN;
    if (is_dead(e))
        return;
    for (size_t k = 0; k < e->n_in; k++)
        if (e->lp_col[k] >= 0)
            x[e->lp_col[k]] = unscaled(e, k, glp_get_col_prim(e->p, (int)k + 1));
    for (size_t i = 0; i < e->m->n_row; i++)
        y[i] = scale / lp_row_unit(&e->m->row[i]) * glp_get_row_dual(e->p, (int)i + 1);
    *objective = scale * glp_get_obj_val(e->p);
    *feasible = glp_get_prim_stat(e->p) == GLP_FEAS && !e->elastic;
}

long engine_pivots(const engine *e) { return e->pivots; }

bool engine_basic(const engine *e, size_t col) { return !is_dead(e) && e->at[col] && glp_get_col_stat(e->p, e->at[col]) == GLP_BS; }

bool engine_basis(const engine *e, enum engine_place *col, bool *row)
{
    if (is_dead(e))
        return false;
    for (size_t j = 0; j < e->m->n_col; j++)
        col[j] = ENGINE_OUT;
    for (size_t i = 0; i < e->m->n_row; i++)
        row[i] = glp_get_row_stat(e->p, (int)i + 1) == GLP_BS;
    for (size_t k = 0; k < e->n_in; k++) {
        int stat = glp_get_col_stat(e->p, (int)k + 1), at[2];
        if (e->lp_col[k] >= 0)
            col[e->lp_col[k]] = stat == GLP_BS ? ENGINE_IN : stat == GLP_NU ? ENGINE_HIGH : ENGINE_LOW;
        else if (stat == GLP_BS && glp_get_mat_col(e->p, (int)k + 1, at, NULL) == 1)
            row[at[1] - 1] = true;
    }
    return true;
}

#define OUTSIDE 1e-7    /* as GLPK's own tolerances */

static bool outside(int type, double v, double lo, double up)
{
    return (type != GLP_FR && type != GLP_UP && v < lo - OUTSIDE * (1.0 + fabs(lo)))
           || (type != GLP_FR && type != GLP_LO && v > up + OUTSIDE * (1.0 + fabs(up)));
}

static bool improves(int stat, double d)
{
    return (stat == GLP_NL && d < -OUTSIDE) || (stat == GLP_NU && d > OUTSIDE) || (stat == GLP_NF && fabs(d) > OUTSIDE);
}

static size_t count_distance(const engine *e)
{
    size_t n = 0;

    for (int i = 1; i <= (int)e->m->n_row; i++)
        n += glp_get_row_stat(e->p, i) == GLP_BS ? outside(glp_get_row_type(e->p, i), glp_get_row_prim(e->p, i), glp_get_row_lb(e->p, i), glp_get_row_ub(e->p, i))
                                                 : improves(glp_get_row_stat(e->p, i), glp_get_row_dual(e->p, i));
    for (int k = 1; k <= (int)e->n_in; k++)
        n += glp_get_col_stat(e->p, k) == GLP_BS ? outside(glp_get_col_type(e->p, k), glp_get_col_prim(e->p, k), glp_get_col_lb(e->p, k), glp_get_col_ub(e->p, k))
                                                 : improves(glp_get_col_stat(e->p, k), glp_get_col_dual(e->p, k));
    return n;
}

size_t engine_distance(engine *e)
{
    volatile size_t n = SIZE_MAX;

    if (is_dead(e))
        return n;
    if (setjmp(e->jump)) {
        lose(e);
        return SIZE_MAX;
    }
    enter(e);
    if (glp_warm_up(e->p) == 0)
        n = count_distance(e);
    leave();
    return n;
}

void engine_limit(engine *e, long pivots) { e->most_pivots = pivots; }

bool engine_range(engine *e, size_t row, double *low, double *high)
{
    int v1, v2;

    if (is_dead(e) || glp_get_status(e->p) != GLP_OPT || glp_get_row_stat(e->p, (int)row + 1) == GLP_BS)
        return false;
    if (setjmp(e->jump)) {
        lose(e);
        return false;
    }
    enter(e);
    if (!glp_bf_exists(e->p) && glp_factorize(e->p) != 0) {
        leave();
        return false;
    }
    glp_analyze_bound(e->p, (int)row + 1, low, &v1, high, &v2);
    leave();
    *low *= *low > -DBL_MAX ? lp_row_unit(&e->m->row[row]) : 1.0;
    *high *= *high < DBL_MAX ? lp_row_unit(&e->m->row[row]) : 1.0;
    if (*low <= -DBL_MAX)
        *low = -INFINITY;
    if (*high >= DBL_MAX)
        *high = INFINITY;
    return true;
}
