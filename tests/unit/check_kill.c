/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kill -9 before each system call with which the command writes: what was there stays whole, or the new is there whole. */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "support/scratch.h"

Suite *kill_suite(void);

#define NEVER 1000000

static const char *strait, *tiny;

/* One run under ptrace: the calls that change files are counted from the first that makes one. */
struct run {
    int n, kill_at, moved;       /* moved: the last of them that put something in place */
    bool made, unsynced, torn;   /* torn: something was put in place whose bytes were not on the disk */
    bool killed;
    int status;                  /* of exit; -1: killed, -2: cannot be traced */
};

static bool is_one_of(uint64_t nr, const long *calls, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((long)nr == calls[i])
            return true;
    return false;
}

static const long makes[] = {
#ifdef SYS_mkdir
    SYS_mkdir,
#endif
    SYS_mkdirat,
};
static const long moves[] = {
#ifdef SYS_rename
    SYS_rename,
#endif
#ifdef SYS_renameat
    SYS_renameat,
#endif
    SYS_renameat2,
};
static const long others[] = {
#ifdef SYS_unlink
    SYS_unlink, SYS_rmdir, SYS_chmod,
#endif
    SYS_unlinkat, SYS_fchmod, SYS_fchmodat, SYS_fchown,
};
#define ONE_OF(nr, calls) is_one_of(nr, calls, sizeof(calls) / sizeof((calls)[0]))

/* Does the call change files?  What it does to their safety is noted. */
static bool changes(struct run *r, const struct __ptrace_syscall_info *s)
{
    uint64_t nr = s->entry.nr;
    bool makes_file = (long)nr == SYS_openat && (s->entry.args[2] & O_CREAT) != 0;

    r->made = r->made || makes_file || ONE_OF(nr, makes);
    if (!r->made)
        return false;
    if ((long)nr == SYS_write && s->entry.args[0] > STDERR_FILENO) {
        r->unsynced = true;
        return true;
    }
    if ((long)nr == SYS_fsync || (long)nr == SYS_fdatasync) {
        r->unsynced = false;
        return true;
    }
    if (ONE_OF(nr, moves)) {
        r->torn = r->torn || r->unsynced;
        r->moved = r->n + 1;
        return true;
    }
    return makes_file || ONE_OF(nr, makes) || ONE_OF(nr, others);
}

static void child(char *const *argv)
{
    int null = open("/dev/null", O_WRONLY);

    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(99);
    raise(SIGSTOP);
    execv(argv[0], argv);
    _exit(98);
}

/* At a stop: count, perhaps kill; the signal to deliver. */
static int at_stop(struct run *r, pid_t pid, int status)
{
    struct __ptrace_syscall_info s = {0};   /* valgrind does not know that the call fills it */
    int sig = WSTOPSIG(status);

    if (sig != (SIGTRAP | 0x80))
        return sig == SIGTRAP || sig == SIGSTOP ? 0 : sig;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof s, &s) > 0 && s.op == PTRACE_SYSCALL_INFO_ENTRY && changes(r, &s) &&
        ++r->n == r->kill_at)
        r->killed = true;
    return 0;
}

static struct run run_until(int kill_at, char *const *argv)
{
    struct run r = {.kill_at = kill_at, .status = -2};
    pid_t pid = fork();
    int status = 0, sig = 0;

    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        child(argv);
    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
        return r;
    ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    while (WIFSTOPPED(status)) {
        if (r.killed)
            kill(pid, SIGKILL);
        else
            ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig);
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        sig = WIFSTOPPED(status) ? at_stop(&r, pid, status) : 0;
    }
    r.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return r;
}

static void add_file(str *b, const char *path)
{
    char bytes[4096];
    FILE *f = fopen(path, "rb");
    size_t n;

    ck_assert_ptr_nonnull(f);
    while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
        str_put(b, bytes, n);
    fclose(f);
}

/* A file's bytes, or a folder's names and bytes in order; "" when there is none. */
static str content(const char *path)
{
    struct dirent **entry;
    struct stat st;
    str b = {0};
    char file[PATH_MAX];
    int n;

    str_puts(&b, "");
    if (stat(path, &st) != 0)
        return b;
    if (!S_ISDIR(st.st_mode)) {
        add_file(&b, path);
        return b;
    }
    n = scandir(path, &entry, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (entry[i]->d_name[0] != '.') {
            snprintf(file, sizeof file, "%s/%s", path, entry[i]->d_name);
            str_printf(&b, "\n[%s]\n", entry[i]->d_name);
            add_file(&b, file);
        }
        free(entry[i]);
    }
    free(entry);
    return b;
}

static void remove_leftovers(void)
{
    struct dirent *e;
    DIR *dir = opendir(scratch_path("."));
    char command[PATH_MAX + 20];

    ck_assert_ptr_nonnull(dir);
    while ((e = readdir(dir)) != NULL)
        if (strncmp(e->d_name, ".strait-", 8) == 0) {
            snprintf(command, sizeof command, "rm -rf '%s'", scratch_path(e->d_name));
            ck_assert_int_eq(system(command), 0);
        }
    closedir(dir);
}

/* Put back what was there before. */
static void restore(const char *target)
{
    char command[4 * PATH_MAX + 64];

    remove_leftovers();
    snprintf(command, sizeof command, "rm -rf '%s'; [ ! -e '%s.old' ] || cp -R '%s.old' '%s'", target, target, target, target);
    ck_assert_int_eq(system(command), 0);
}

/* Most calls of a folder only fill it, or clear the old one away: some of them, and all about the moment between. */
static int next_call(int at, int moved)
{
    return at + 7 < moved - 5 || at > moved + 5 ? at + 7 : at + 1;
}

/* Kill it before its first call, and so on, until a run comes to its end. */
static void kill_everywhere(const char *name, const str *old, char *const *argv, int least)
{
    struct run r = run_until(NEVER, argv);
    char target[PATH_MAX];
    str new;
    int at = 1, moved;

    snprintf(target, sizeof target, "%s", scratch_path(name));
    new = content(target);
    if (r.status == -2) {
        printf("skip - processes cannot be traced here\n");
        str_free(&new);
        return;
    }
    ck_assert_int_eq(r.status, 0);
    ck_assert_msg(!r.torn, "%s: renamed before its bytes were on the disk", target);
    moved = r.moved;
    ck_assert_int_ge(r.n, least);
    ck_assert_str_ne(new.s, old->s);
    for (bool killed = true; killed; at = next_call(at, moved)) {
        str now;

        restore(target);
        r = run_until(at, argv);
        killed = r.killed;
        now = content(target);
        ck_assert_msg(strcmp(now.s, old->s) == 0 || strcmp(now.s, new.s) == 0, "%s: killed at call %d: neither old nor new",
                      target, at);
        ck_assert_msg(killed || (r.status == 0 && strcmp(now.s, new.s) == 0), "%s: run %d ended with %d", target, at, r.status);
        str_free(&now);
    }
    str_free(&new);
}

/* `old`: the bytes of a file that was there, or NULL. */
static void file_survives(const char *name, const char *old, char *const *argv)
{
    char keep[64];
    str was;

    snprintf(keep, sizeof keep, "%s.old", name);
    if (old != NULL) {
        (void)scratch_text(name, old);
        (void)scratch_text(keep, old);
    }
    was = content(scratch_path(name));
    kill_everywhere(name, &was, argv, 5);
    str_free(&was);
}

static void setup(void)
{
    static char path[PATH_MAX];
    const char *dir = getenv("STRAIT_SRCDIR");

    strait = getenv("STRAIT") != NULL ? getenv("STRAIT") : "./strait";
    snprintf(path, sizeof path, "%s/tests/data/tiny/case.cfg", dir != NULL ? dir : "..");
    tiny = path;
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);   /* it traces too */
    scratch_begin();
}

static void teardown(void)
{
    scratch_end();
}

#define ARGS(...) ((char *[]){(char *)(uintptr_t)strait, __VA_ARGS__, NULL})
#define TEXT(s) ((char *)(uintptr_t)(s))

START_TEST(a_plan_replaces_an_older_one_whole_or_not_at_all)
{
    char out[PATH_MAX];

    snprintf(out, sizeof out, "json:%s", scratch_path("plan.json"));
    file_survives("plan.json", "old\n", ARGS(TEXT("plan"), TEXT(tiny), TEXT("-o"), out));
}
END_TEST

START_TEST(a_new_plan_appears_whole_or_not_at_all)
{
    char out[PATH_MAX];

    snprintf(out, sizeof out, "%s", scratch_path("plan.txt"));
    file_survives("plan.txt", NULL, ARGS(TEXT("plan"), TEXT(tiny), TEXT("-o"), out));
}
END_TEST

START_TEST(an_exported_program_is_whole_or_not_there)
{
    char out[PATH_MAX];

    snprintf(out, sizeof out, "%s", scratch_path("p.mps"));
    file_survives("p.mps", "old\n", ARGS(TEXT("export"), TEXT(tiny), TEXT("--to"), TEXT("mps"), TEXT("-o"), out));
}
END_TEST

START_TEST(a_folder_of_tables_is_the_old_one_or_the_new_one)
{
    char out[PATH_MAX], command[2 * PATH_MAX];
    str was;

    snprintf(out, sizeof out, "csv:%s", scratch_path("csv"));
    was = content(scratch_path("csv"));
    kill_everywhere("csv", &was, ARGS(TEXT("plan"), TEXT(tiny), TEXT("-o"), out), 60);
    str_free(&was);

    snprintf(command, sizeof command, "rm -rf '%s'; '%s' plan '%s' -q --set case.carbon_price=80 -o '%s' >'%s'", scratch_path("csv"),
             strait, tiny, out, scratch_path("log"));
    ck_assert_int_eq(system(command), 0);
    snprintf(command, sizeof command, "cp -R '%s' '%s'", scratch_path("csv"), scratch_path("csv.old"));
    ck_assert_int_eq(system(command), 0);
    was = content(scratch_path("csv"));
    kill_everywhere("csv", &was, ARGS(TEXT("plan"), TEXT(tiny), TEXT("-o"), out), 80);
    str_free(&was);
}
END_TEST

Suite *kill_suite(void)
{
    Suite *s = suite_create("kill");
    TCase *t = tcase_create("kill -9");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120 * test_patience());
    tcase_add_test(t, a_plan_replaces_an_older_one_whole_or_not_at_all);
    tcase_add_test(t, a_new_plan_appears_whole_or_not_at_all);
    tcase_add_test(t, an_exported_program_is_whole_or_not_there);
    tcase_add_test(t, a_folder_of_tables_is_the_old_one_or_the_new_one);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(kill_suite());
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
