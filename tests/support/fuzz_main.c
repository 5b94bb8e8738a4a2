/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A main for fuzz targets where there is no libFuzzer: run the target once on each file named. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int run_file(const char *name)
{
    FILE *f = fopen(name, "rb");
    uint8_t *data = malloc(1 << 20);
    size_t n;

    if (f == NULL || data == NULL) {
        fprintf(stderr, "%s: cannot read\n", name);
        if (f != NULL)
            fclose(f);
        free(data);
        return 1;
    }
    n = fread(data, 1, 1 << 20, f);
    fclose(f);
    LLVMFuzzerTestOneInput(data, n);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    int bad = argc < 2;

    for (int i = 1; i < argc; i++)
        bad |= run_file(argv[i]);
    printf("%d inputs\n", argc - 1);
    return bad;
}
