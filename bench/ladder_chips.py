# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ladder's cases are made of: chips, models, kinds of work.  Rounded figures, good enough to be typical."""

# name: vendor, family, class, TFLOPS bf16 fp8 int8, GB, GB/s, domain, GB/s, Gbit/s, W, idle W, price an hour, speed, shore
CHIPS = {
    "A800": ("Nvidia", "ampere", "us_controlled", 312, 0, 624, 80, 2000, 8, 400, 200, 850, 260, 0.85, 1.0, "on"),
    "H20": ("Nvidia", "hopper", "us_window", 148, 296, 296, 96, 4000, 8, 900, 400, 1000, 300, 1.3, 1.0, "on"),
    "H800": ("Nvidia", "hopper", "us_controlled", 989, 1979, 1979, 80, 3350, 8, 400, 400, 1350, 400, 2.3, 3.2, "on"),
    "910B2": ("Huawei", "ascend_910", "domestic", 354, 0, 708, 64, 1600, 8, 392, 200, 700, 210, 0.5, 0.7, "on"),
    "910C": ("Huawei", "ascend_910", "domestic", 752, 0, 1504, 128, 3200, 384, 784, 200, 1460, 440, 1.35, 1.8, "on"),
    "950PR": ("Huawei", "ascend_950", "domestic", 432, 865, 0, 128, 1600, 8, 2000, 200, 900, 270, 1.0, 1.2, "on"),
    "950DT": ("Huawei", "ascend_950", "domestic", 486, 919, 0, 96, 4000, 64, 1680, 200, 1200, 360, 1.4, 1.7, "on"),
    "A100": ("Nvidia", "ampere", "us_controlled", 312, 0, 624, 80, 2000, 8, 600, 200, 850, 260, 1.1, 1.0, "off"),
    "H100": ("Nvidia", "hopper", "us_controlled", 989, 1979, 1979, 80, 3350, 8, 900, 400, 1350, 400, 2.9, 3.5, "off"),
    "H200": ("Nvidia", "hopper", "us_window", 989, 1979, 1979, 141, 4800, 8, 900, 400, 1380, 410, 3.3, 4.5, "off"),
    "B200": ("Nvidia", "blackwell", "us_denied", 2250, 4500, 4500, 180, 8000, 8, 1800, 400, 1900, 570, 5.2, 7.0, "off"),
    "GB200": ("Nvidia", "blackwell", "us_denied", 2500, 5000, 5000, 186, 8000, 72, 1800, 400, 2000, 600, 5.6, 8.0, "off"),
    "B300": ("Nvidia", "blackwell_ultra", "us_denied", 2250, 4500, 0, 288, 8000, 8, 1800, 800, 2050, 610, 6.4, 8.0, "off"),
}
CHIP_KEYS = ("vendor", "family", "export_class", "bf16[TFLOPS]", "fp8[TFLOPS]", "int8[TFLOPS]", "memory[GB]",
             "memory_bandwidth[GB/s]", "scaleup_size", "scaleup_bandwidth[GB/s]", "scaleout_bandwidth[Gbit/s]", "rated_power[W]",
             "idle_power[W]")
PRICE, SPEED, SHORE = 13, 14, 15     # a speed of 1 is about that of the first chip

# name: billions in all, active, layers, hidden, heads, kv heads, head size, attention, experts, active experts
MODELS = {
    "dense_8b": (8.19, 8.19, 36, 4096, 32, 8, 128, "gqa", 0, 0),
    "dense_14b": (14.77, 14.77, 40, 5120, 40, 8, 128, "gqa", 0, 0),
    "dense_32b": (32.76, 32.76, 64, 5120, 64, 8, 128, "gqa", 0, 0),
    "moe_30b": (30.53, 3.35, 48, 2048, 32, 4, 128, "gqa", 128, 8),
    "moe_235b": (235.1, 22.2, 94, 4096, 64, 4, 128, "gqa", 128, 8),
    "moe_671b": (671, 37, 61, 7168, 128, 128, 128, "mla", 256, 8),
}
MODEL_KEYS = ("total_params[B]", "active_params[B]", "layers", "hidden", "heads", "kv_heads", "head_dim", "attention", "experts",
              "experts_active")

# kind: model, input, output, prefix hits, time to first token ms, time per token ms
SERVICES = (
    ("dense_8b", 800, 60, 0.0, 1500, 60), ("dense_14b", 1100, 300, 0.2, 2500, 70), ("dense_32b", 2000, 300, 0.2, 3000, 80),
    ("moe_30b", 3000, 150, 0.2, 2000, 60), ("moe_235b", 1200, 260, 0.3, 3000, 80), ("moe_671b", 1632, 320, 0.3, 4000, 90),
)
BATCHES = (("dense_8b", 700, 20), ("dense_32b", 1600, 120), ("moe_235b", 2500, 900))
TRAININGS = (("dense_8b", 8), ("dense_14b", 16), ("dense_32b", 32), ("moe_30b", 32), ("moe_235b", 128))


def requests_per_hour(model, input_len, output_len, hit):
    """Of a chip with speed 1, roughly what the estimator finds."""
    of = MODELS[model]
    return (2.3e8 if of[8] else 4.5e8) / (of[1] * (input_len * (1 - hit) + 2 * output_len))


def tokens_per_hour(model):
    """Of training on a chip with speed 1."""
    of = MODELS[model]
    return 3600 * 312e12 * (0.22 if of[8] else 0.42) / (6e9 * of[1])
