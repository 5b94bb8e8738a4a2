/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The descriptors hold together: what fields.def says can be read by what reads it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "domain/room.h"

Suite *fields_suite(void);

START_TEST(every_kind_is_found_by_its_plural)
{
    for (int k = 0; k < N_KIND; k++)
        ck_assert_int_eq(kind_by_plural(kind_desc((enum kind)k)->plural), k);
    ck_assert_int_eq(kind_by_plural("case"), KIND_settings);
    ck_assert_int_eq(kind_by_plural("offer"), -1);
    ck_assert_int_eq(kind_by_plural(""), -1);
}
END_TEST

START_TEST(every_field_is_found_by_its_key)
{
    size_t index = 99;

    for (int k = 0; k < N_KIND; k++)
        for (size_t i = 0; i < kind_desc((enum kind)k)->n_field; i++) {
            const struct kind_desc *kd = kind_desc((enum kind)k);

            ck_assert_ptr_eq(field_by_key(kd, kd->field[i].key, &index), &kd->field[i]);
            ck_assert_uint_eq(index, i);
        }
    ck_assert_ptr_null(field_by_key(kind_desc(KIND_site), "nonsense", &index));
}
END_TEST

START_TEST(a_kind_has_at_most_64_fields_so_that_given_has_a_bit_for_each)
{
    for (int k = 0; k < N_KIND; k++)
        ck_assert_uint_le(kind_desc((enum kind)k)->n_field, 64);
}
END_TEST

START_TEST(a_reference_names_the_kind_that_its_key_names)
{
    for (int k = 0; k < N_KIND; k++)
        for (size_t i = 0; i < kind_desc((enum kind)k)->n_field; i++) {
            const struct field_desc *fd = &kind_desc((enum kind)k)->field[i];

            if (fd->type == TYPE_REF) {
                ck_assert_str_eq(kind_desc((enum kind)fd->ref_kind)->id, fd->extra);
                ck_assert(kind_is_named((enum kind)fd->ref_kind));
            } else
                ck_assert_int_eq(fd->ref_kind, -1);
        }
}
END_TEST

START_TEST(names_come_first_and_are_required)
{
    for (int k = 0; k < N_KIND; k++)
        for (size_t i = 0; i < kind_desc((enum kind)k)->n_field; i++) {
            const struct field_desc *fd = &kind_desc((enum kind)k)->field[i];

            if (fd->type == TYPE_NAME) {
                ck_assert_uint_eq(i, 0);
                ck_assert_str_eq(fd->dflt, "!");
            }
        }
}
END_TEST

START_TEST(every_default_is_a_value_that_a_user_could_write)
{
    strait_ctx *cx = strait_ctx_new();
    strait_case *c = case_new();

    for (int k = 0; k < N_KIND; k++)
        for (size_t i = 0; i < kind_desc((enum kind)k)->n_field; i++) {
            const struct field_desc *fd = &kind_desc((enum kind)k)->field[i];
            struct parse p = {cx, c, (enum kind)k, 0, i, fd, fd->dflt, NULL, {"", 0}};
            struct value v;

            if (fd->dflt[0] != '\0' && fd->dflt[0] != '!')
                ck_assert_msg(value_parse(&p, &v) == STRAIT_OK, "%s.%s", kind_desc((enum kind)k)->id, fd->key);
        }
    case_free(c);
    strait_ctx_free(cx);
}
END_TEST

START_TEST(every_unit_is_one_that_can_be_converted)
{
    double factor;
    char code[4], allowed[256];

    for (int k = 0; k < N_KIND; k++)
        for (size_t i = 0; i < kind_desc((enum kind)k)->n_field; i++) {
            const struct field_desc *fd = &kind_desc((enum kind)k)->field[i];

            ck_assert_msg(unit_parts(fd->unit, fd->unit, &factor, code), "%s", fd->unit);
            ck_assert_double_eq(factor, 1);
            unit_allowed(NULL, fd->unit, allowed, sizeof allowed);
            if (fd->unit[0] != '\0')
                ck_assert_msg(strncmp(allowed, fd->unit, strlen(fd->unit)) == 0, "%s: %s", fd->unit, allowed);
        }
}
END_TEST

START_TEST(enums_of_the_code_are_the_words_of_the_definition)
{
    static const struct { enum kind kind; size_t field; int word; const char *text; } rows[] = {
        {KIND_settings, FLD_settings_period, PERIOD_MONTH, "month"},
        {KIND_settings, FLD_settings_terminal, TERMINAL_RESALE, "resale"},
        {KIND_settings, FLD_settings_peak, PEAK_PEAK, "peak"},
        {KIND_site, FLD_site_shore, SHORE_OFFSHORE, "offshore"},
        {KIND_offer, FLD_offer_contract, CONTRACT_PURCHASE, "purchase"},
        {KIND_offer, FLD_offer_start_grid, GRID_ONCE, "once"},
        {KIND_offer, FLD_offer_exit, EXIT_ON_BAN, "on_ban"},
        {KIND_workload, FLD_workload_task, TASK_SERVICE, "service"},
        {KIND_workload, FLD_workload_precision, PREC_INT8, "int8"},
        {KIND_model, FLD_model_attention, ATTN_MLA, "mla"},
        {KIND_rule, FLD_rule_effect, RULE_PRICE, "price"},
        {KIND_rule, FLD_rule_quantity, QUANTITY_CARBON, "carbon"},
        {KIND_rule, FLD_rule_per, PER_HORIZON, "horizon"},
        {KIND_rule, FLD_rule_basis, BASIS_GB, "gb"},
        {KIND_rule, FLD_rule_expect, EXPECT_NONE, "none"},
        {KIND_site, FLD_site_kind, QUALITY_ASSUMED, "assumed"},
        {KIND_efficiency, FLD_efficiency_phase, EFF_DECODE, "decode"},
        {KIND_pinned_rate, FLD_pinned_rate_phase, RATE_MIXED, "mixed"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_int_eq(words_find(kind_desc(rows[i].kind)->field[rows[i].field].extra, rows[i].text,
                                    strlen(rows[i].text)), rows[i].word);
}
END_TEST

Suite *fields_suite(void)
{
    Suite *s = suite_create("fields");
    TCase *c = tcase_create("descriptors");

    tcase_add_test(c, every_kind_is_found_by_its_plural);
    tcase_add_test(c, every_field_is_found_by_its_key);
    tcase_add_test(c, a_kind_has_at_most_64_fields_so_that_given_has_a_bit_for_each);
    tcase_add_test(c, a_reference_names_the_kind_that_its_key_names);
    tcase_add_test(c, names_come_first_and_are_required);
    tcase_add_test(c, every_default_is_a_value_that_a_user_could_write);
    tcase_add_test(c, every_unit_is_one_that_can_be_converted);
    tcase_add_test(c, enums_of_the_code_are_the_words_of_the_definition);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(fields_suite());
    int failed;

    srunner_run_all(sr, CK_ENV);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
