/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <stdlib.h>

#include "domain/domain.h"

Suite *date_suite(void);

static int64_t day(const char *text)
{
    int64_t out = 0;

    ck_assert_msg(date_parse(text, &out), "%s", text);
    return out;
}

START_TEST(dates_are_seconds_since_1970)
{
    ck_assert_int_eq(day("2027-01-04"), INT64_C(1799020800));
    ck_assert_int_eq(day("2000-03-01") - day("2000-02-28"), 2 * DAY_S);
    ck_assert_int_eq(day("2100-03-01") - day("2100-02-28"), DAY_S);
    ck_assert_int_eq(day("2027-01-04T05:30Z") - day("2027-01-04"), 5 * HOUR_S + 30 * 60);
}
END_TEST

START_TEST(other_forms_and_days_that_do_not_exist_are_refused)
{
    static const char *const bad[] = {
        "", "2027", "2027-1-4", "2027-01-4", "27-01-04", "2027-02-29", "2100-02-29", "2027-13-01", "2027-00-01",
        "2027-01-00", "2027-01-32", "1989-12-31", "2201-01-01", "2027-01-04 ", " 2027-01-04", "2027/01/04",
        "2027-01-04T05:30", "2027-01-04T5:30Z", "2027-01-04T24:00Z", "2027-01-04T05:60Z", "2027-01-04t05:30Z",
        "2027-01-04T05:30z", "2027-01-04T05:30Z1", "2027-01-04T05:30+08", "+027-01-04", "2027-+1-04", "2027-01-04T",
    };
    int64_t out = 7;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!date_parse(bad[i], &out), "%s", bad[i]);
    ck_assert_int_eq(out, 7);
}
END_TEST

START_TEST(every_day_of_the_range_reads_back)
{
    char text[24];
    int64_t out;

    for (int64_t d = day("1990-01-01"); d <= day("2200-12-31"); d += DAY_S) {
        date_format(d, text);
        ck_assert(date_parse(text, &out));
        ck_assert_int_eq(out, d);
    }
    date_format(day("2027-01-04T05:30Z"), text);
    ck_assert_str_eq(text, "2027-01-04T05:30Z");
}
END_TEST

START_TEST(months_clip_the_day_to_the_month)
{
    ck_assert_int_eq(date_add_months(day("2027-01-31"), 1), day("2027-02-28"));
    ck_assert_int_eq(date_add_months(day("2028-01-31"), 1), day("2028-02-29"));
    ck_assert_int_eq(date_add_months(day("2027-11-15"), 2), day("2028-01-15"));
    ck_assert_int_eq(date_add_months(day("2027-01-15"), -1), day("2026-12-15"));
    ck_assert_int_eq(date_add_months(day("2027-01-04T05:30Z"), 12), day("2028-01-04T05:30Z"));
    ck_assert_int_eq(date_add_months(day("2027-01-31"), 0), day("2027-01-31"));
}
END_TEST

Suite *date_suite(void)
{
    Suite *s = suite_create("date");
    TCase *c = tcase_create("dates");

    tcase_add_test(c, dates_are_seconds_since_1970);
    tcase_add_test(c, other_forms_and_days_that_do_not_exist_are_refused);
    tcase_add_test(c, every_day_of_the_range_reads_back);
    tcase_add_test(c, months_clip_the_day_to_the_month);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(date_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
