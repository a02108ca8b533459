/* The product's weighing filter written straight in C: the yardstick of './pantry bench weigh'.
 * The same rules and the same arithmetic as DeviceDrivers/Shelf, so both must end at the same level with the same number of changes. */
#include <math.h>
#include <stdlib.h>

struct result {
    double anchor;
    double sigma;
    long long changes;
    long long level_mg;
};

static int min(int a, int b) { return a < b ? a : b; }
static int max(int a, int b) { return a > b ? a : b; }

static int median5(int a, int b, int c, int d, int e)
{
    int low = max(min(a, b), min(c, d));
    int high = min(max(a, b), max(c, d));
    return max(min(low, high), min(max(low, high), e));
}

void weigh(const int *counts, long long samples, double counts_per_gram, double offset, double noise, int settle, int touch, struct result *out)
{
    const double floor = fmax(noise / 4, 0.3);
    double variance = noise * noise, sigma = noise, mean = 0, anchor = 0, crumbs = 0;
    long long changes = 0, level_mg = 0;
    int a = counts[0], b = a, c = a, d = a, previous = 0, run = 0, largest = 0, restless = 0, settled = 0, known = 0, oldest = 0;
    int *recent = malloc(sizeof(int) * (size_t)touch);
    for (int i = 0; i < touch; i++)
        recent[i] = a;
    for (long long n = 0; n < samples; n++) {
        int sample = counts[n];
        int filtered = median5(a, b, c, d, sample);
        a = b, b = c, c = d, d = sample;
        int move = abs(filtered - recent[oldest]);
        recent[oldest] = filtered;
        if (++oldest == touch)
            oldest = 0;
        if ((n & 31) == 31)
            sigma = sqrt(variance);

        double off = filtered - mean;
        int together = run > 0 && fabs(off) <= 4 * sigma;
        if (together) {
            if (run < settle)
                run++;
            mean += off / run;
        } else {
            mean = filtered;
            run = 1;
        }
        int measure = together && settled;
        if (measure) {
            anchor = mean;
        } else {
            if (settled)
                settled = 0, largest = 0, restless = 0;
            largest = max(largest, move);
            if (run >= settle) {
                double change = mean - anchor, load = fabs(anchor - offset), smallest = fmax(5 * sigma, 3 * fabs(counts_per_gram));
                int touched = largest >= smallest && largest >= 0.7 * fabs(change);
                if (known && (touched || fabs(change) >= fmax(smallest, 0.0075 * load))) {
                    crumbs += change;
                    if (fabs(crumbs) >= smallest)
                        changes++, crumbs = 0;
                }
                anchor = mean;
                settled = known = 1;
            } else if (++restless > 4 * settle) {
                measure = 1;
            }
        }
        if (measure) {
            double difference = sample - previous;
            previous = sample;
            double square = fmin(difference * difference / 2, 36 * variance);
            variance = fmax(variance + (square - variance) / 256, floor * floor);
        }
        level_mg = llrint(((settled ? anchor : filtered) - offset) / counts_per_gram * 1000);
    }
    free(recent);
    out->anchor = anchor;
    out->sigma = sigma;
    out->changes = changes;
    out->level_mg = level_mg;
}
