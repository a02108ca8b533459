/* The product's weighing filter written straight in C: the yardstick of './pantry bench weigh'.
 * The same rules, the same arithmetic and the same call for each sample as DeviceDrivers/Shelf (without temperature, which is not a matter of samples),
 * so both must end at the same level with the same number of bookings of the same sum. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef long long i64;

enum state { STARTING, SETTLED, MOVING };
enum health { OK, NOISY, DRIFTING };

struct reading {
    i64 at;
    i64 level_mg;
    i64 sigma_mg;
    unsigned short slot;
    unsigned char stable;
    unsigned char health;
};

struct change {
    double counts;
    double variance;
    i64 at;
};

struct step {
    i64 at;
    i64 delta_mg;
    i64 level_mg;
    i64 sigma_mg;
};

struct span {
    double low, high;
};

struct scale {
    double counts_per_gram, offset, calibrated, mg_per_count, gain, least_variance;
    int settle, touch, a, b, c, d, seen, previous, filtered, until_sigma, until_window;
    double mean, variance, sigma, band, square, peak, creep;
    int run, windows, next, mask, largest_move, restless, oldest;
    i64 count, resting_since, left, moved_at, sample_sigma_mg, plateau_sigma_mg, drift_since;
    double anchor, carried, before, before_variance;
    struct change waiting[8], crumbs;
    int changes, known_drift, noisy, drifting;
    struct span older, newer;
    enum state state;
    int *recent, *counts, *sorted;
    i64 *ticks;
};

static int min(int a, int b) { return a < b ? a : b; }
static int max(int a, int b) { return a > b ? a : b; }
static i64 least(i64 a, i64 b) { return a < b ? a : b; }
static i64 most(i64 a, i64 b) { return a > b ? a : b; }
static double clamp(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

static int median5(int a, int b, int c, int d, int e)
{
    int low = max(min(a, b), min(c, d));
    int high = min(max(a, b), max(c, d));
    return max(min(low, high), min(max(low, high), e));
}

static int ascending(const void *a, const void *b) { return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b); }

static i64 oldest_kept(const struct scale *s) { return most(0, s->count - (s->mask + 1)); }

static double level_of(struct scale *s, i64 from, int count, int *range)
{
    for (int i = 0; i < count; i++)
        s->sorted[i] = s->counts[(from + i) & s->mask];
    qsort(s->sorted, (size_t)count, sizeof(int), ascending);
    int cut = (count + 2) / 5;
    i64 sum = 0;
    for (int i = cut; i < count - cut; i++)
        sum += s->sorted[i];
    if (range)
        *range = s->sorted[count - 1 - cut] - s->sorted[cut];
    return (double)sum / (count - 2 * cut);
}

static int middle(const struct scale *s, i64 first)
{
    int a = s->counts[first & s->mask], b = s->counts[(first + 1) & s->mask], c = s->counts[(first + 2) & s->mask];
    return max(min(a, b), min(max(a, b), c));
}

static double per_sample(const struct scale *s) { return fmax(s->square - 0.632 * s->variance / s->settle, 0.2 * s->square) / (0.368 * s->settle); }
static int window_of(const struct scale *s) { return (int)clamp(sqrt(3 * s->variance / fmax(per_sample(s), 1e-12)), 3, 2 * s->settle); }
static double level_variance(const struct scale *s, int window) { return 1.2 * s->variance / window + per_sample(s) * window / 3; }
static double running_variance(const struct scale *s) { return (s->variance / s->settle + per_sample(s) * s->settle) / 2; }

static void wander(struct scale *s, double moved)
{
    if (s->windows < 128)
        s->windows++;
    double clip = s->touch == 1 ? 4 : 1e6;
    s->square += (fmin(moved * moved, clip * clip * (s->square + s->variance / s->settle)) - s->square) / s->windows;
    s->peak -= s->peak / 8192;
    s->creep -= s->creep / 8192;
}

static void look_around(struct scale *s)
{
    s->sigma = sqrt(s->variance);
    s->until_sigma = 32;
    s->band = 4 * s->sigma;
    s->sample_sigma_mg = llabs(llrint(s->sigma * s->mg_per_count));
    s->plateau_sigma_mg = llabs(llrint(sqrt(running_variance(s)) * s->mg_per_count));
    s->noisy = s->sigma > (s->noisy ? 3 : 4) * fmax(s->calibrated, 0.3);
}

static void look_back(struct scale *s, i64 bus)
{
    s->until_window = s->settle;
    wander(s, s->mean - s->anchor);
    s->anchor = s->mean;
    double resting = (s->anchor - s->carried) / s->counts_per_gram, load = fabs(s->anchor - s->offset) / s->counts_per_gram;
    if (!s->known_drift)
        s->known_drift = 1, s->drift_since = bus;
    if (bus - s->drift_since >= 900000000000LL)
        s->older = s->newer, s->newer = (struct span){ INFINITY, -INFINITY }, s->drift_since = bus;
    s->newer.low = fmin(s->newer.low, resting);
    s->newer.high = fmax(s->newer.high, resting);
    double low = fmin(s->newer.low, s->older.low), high = fmax(s->newer.high, s->older.high), explained = fmax(20, 0.02 * fabs(load));
    s->drifting = high - low > (s->drifting ? explained / 2 : explained);
}

static void noise(struct scale *s, int counts)
{
    double difference = (double)counts - s->previous;
    s->previous = counts;
    double square = fmin(difference * difference * 0.5, 36 * s->variance);
    s->variance = fmax(s->variance + (square - s->variance) * (1 / 256.0), s->least_variance);
}

static void notice(struct scale *s, struct change change)
{
    while (s->changes > 0 && change.counts * s->waiting[s->changes - 1].counts < 0) {
        struct change earlier = s->waiting[--s->changes];
        change = (struct change){ change.counts + earlier.counts, change.variance + earlier.variance, fabs(change.counts) < fabs(earlier.counts) / 2 ? earlier.at : change.at };
    }
    s->waiting[s->changes++] = change; /* a bench books at once: never more than one waits */
    s->carried += change.counts;
}

static void leave(struct scale *s)
{
    s->anchor = s->mean;
    s->left = s->count - 3;
    i64 from = most(oldest_kept(s), s->resting_since);
    int guard = s->touch / 4, window = (int)least(window_of(s), s->left - guard - from);
    s->before = window >= 3 ? level_of(s, s->left - guard - window, window, NULL) : s->anchor;
    s->before_variance = window >= 3 ? level_variance(s, window) : running_variance(s);
    for (int i = 0; i < s->touch; i++)
        s->recent[i] = (int)rint(s->anchor);
    s->state = MOVING;
    s->largest_move = s->restless = 0;
    s->moved_at = s->left;
}

/* Conversions that the median has followed. */
static i64 known(const struct scale *s) { return s->count - 2; }

static int try_jump(struct scale *s, i64 arrived, struct change *jump, double *from)
{
    i64 first = most(s->moved_at - s->touch - 2, oldest_kept(s) + 3), last = least(s->moved_at, known(s) - 3), at = first;
    if (first > last || !(per_sample(s) * (arrived - s->left) > s->before_variance))
        return 0;
    int steepest = -1, window = window_of(s), range_before, range_after;
    for (i64 i = first; i <= last; i++) {
        int rise = abs(middle(s, i) - middle(s, i - 3));
        if (rise > steepest)
            steepest = rise, at = i;
    }
    int before = (int)least(window, at - oldest_kept(s)), after = (int)least(window, known(s) - at);
    *from = level_of(s, at - before, before, &range_before);
    double counts = level_of(s, at, after, &range_after) - *from;
    if (fabs(counts) < 0.8 * s->largest_move || fabs(counts) > 1.25 * s->largest_move || max(range_before, range_after) > s->band)
        return 0;
    *jump = (struct change){ counts, level_variance(s, before) + level_variance(s, after) + per_sample(s), s->ticks[at & s->mask] };
    return 1;
}

static double beside(const struct scale *s, i64 nearest, int way, double across, double *variance)
{
    int x = s->counts[nearest & s->mask], a = s->counts[(nearest + way) & s->mask], b = s->counts[(nearest + 2 * way) & s->mask], c = s->counts[(nearest + 3 * way) & s->mask];
    double low = min(a, min(b, c)), high = max(a, max(b, c)), flat = 3.2 * s->sigma;
    if (high - low > flat || (x < low - flat && across > x) || (x > high + flat && across < x)) {
        *variance = s->variance + (double)(x - a) * (x - a) / 12;
        return x;
    }
    int joins = x >= high - flat && x <= low + flat;
    *variance = level_variance(s, joins ? 4 : 3);
    return (a + b + c + (joins ? x : 0)) / (joins ? 4.0 : 3.0);
}

static int try_leap(const struct scale *s, struct change *leap)
{
    i64 first = most(s->moved_at - 3, oldest_kept(s) + 4), last = least(s->moved_at, known(s) - 4), at = first;
    if (first > last)
        return 0;
    int widest = -2147483647 - 1;
    for (i64 i = first; i <= last; i++) {
        int a = s->counts[(i - 2) & s->mask], b = s->counts[(i - 1) & s->mask], c = s->counts[i & s->mask], d = s->counts[(i + 1) & s->mask];
        int gap = max(min(c, d) - max(a, b), min(a, b) - max(c, d));
        if (gap > widest)
            widest = gap, at = i;
    }
    double before, after, from = beside(s, at - 1, -1, s->counts[at & s->mask], &before), to = beside(s, at, 1, NAN, &after);
    *leap = (struct change){ to - from, before + after + per_sample(s), s->ticks[at & s->mask] };
    return 1;
}

static void judge(struct scale *s, double level, i64 arrived, double load)
{
    i64 start = most(arrived + s->touch / 4, oldest_kept(s));
    if (known(s) - start < 3)
        start = known(s) - 3;
    int window = (int)least(window_of(s), known(s) - start);
    double crept = level_of(s, start, window, NULL) - s->before, reach = crept, gram = fabs(s->counts_per_gram), moved = s->largest_move, from;
    struct change whole = { crept, s->before_variance + level_variance(s, window) + per_sample(s) * (arrived - s->left), s->ticks[most(arrived, oldest_kept(s)) & s->mask] };
    struct change change = whole, jump;
    double smallest = fmax(3 * gram, 5 * s->sigma), foreseen = fmin(fmin(0.002 * load, 30 * sqrt(s->square)), 32 * gram);
    double limit = fmax(smallest, 1.25 * fmax(s->peak, foreseen)), creep = fmax(0.0075 * load, fmin(fmax(50 * sqrt(s->square), 1.25 * s->creep), 80 * gram));
    double rest = fmin(fmax(limit, creep), 1.25 * 32 * gram);
    if (s->touch == 1) {
        double push = fabs(crept) * 0.7 > s->largest_move ? 1.25 * limit : limit;
        if (try_leap(s, &jump) && fabs(jump.counts - crept) <= fmax(limit, 0.05 * fabs(jump.counts)) && fabs(jump.counts) >= push)
            change = jump, reach = jump.counts, moved = fabs(jump.counts);
    } else if (try_jump(s, arrived, &jump, &from) && (jump.counts > 0) == (crept > 0) && fabs(crept) >= 0.7 * fabs(jump.counts) && fabs(crept - jump.counts) < rest) {
        change = jump, reach = level - from;
    }
    if (moved >= limit && moved >= 0.7 * fabs(reach)) {
        notice(s, change);
    } else if (fabs(crept) >= fmax(smallest, creep)) {
        notice(s, whole);
    } else {
        wander(s, crept);
        s->creep = fmax(s->creep, fmin(fabs(crept), 80 / 1.25 * gram));
        if (s->largest_move < 0.7 * fabs(reach))
            s->peak = fmax(s->peak, fmin(s->largest_move, 32 * gram));
    }
}

static void move(struct scale *s, int counts)
{
    if (s->count == 1)
        for (int i = 0; i < s->touch; i++)
            s->recent[i] = s->filtered;
    else if (s->state == SETTLED)
        leave(s);
    int moved = abs(s->filtered - s->recent[s->oldest]);
    s->recent[s->oldest] = s->filtered;
    if (++s->oldest == s->touch)
        s->oldest = 0;
    if (moved > s->largest_move)
        s->largest_move = moved, s->moved_at = s->count - 1;
    double off = s->filtered - s->mean;
    if (s->run == 0 || fabs(off) > s->band) {
        s->mean = s->filtered;
        s->run = 1;
    } else {
        if (s->run < s->settle)
            s->run++;
        s->mean += off / s->run;
    }
    if (s->run >= s->settle) {
        double level = s->mean, load = fabs(level - s->offset);
        i64 arrived = most(0, s->count - s->run - 2);
        if (s->state == STARTING) {
            double gram = fabs(s->counts_per_gram);
            double guess = fmin(0.0001 * load, s->sigma);
            s->square = guess * guess, s->windows = 1;
            s->peak = fmin((s->touch == 1 ? 40 : 15) * s->sigma, 32 * gram);
            s->creep = fmin(80 * s->sigma, 80 / 1.25 * gram);
        } else
            judge(s, level, arrived, fmax(load, fabs(s->anchor - s->offset)));
        s->anchor = level;
        s->state = SETTLED;
        s->resting_since = arrived;
        s->until_window = s->settle;
    } else if (++s->restless > 10 * s->settle) {
        noise(s, counts);
    }
}

static int is_large(const struct scale *s, const struct change *change) { return fabs(change->counts) >= fmax(3 * fabs(s->counts_per_gram), 5 * sqrt(change->variance)); }

static int book(struct scale *s, struct step *step)
{
    double total = s->crumbs.counts;
    for (int i = 0; i < s->changes; i++)
        total += s->waiting[i].counts;
    i64 before = llrint((s->mean - total - s->offset) * s->mg_per_count);
    struct change booked = s->waiting[0];
    memmove(s->waiting, s->waiting + 1, sizeof(struct change) * (size_t)--s->changes);
    if (!is_large(s, &booked)) {
        s->crumbs = booked = (struct change){ booked.counts + s->crumbs.counts, booked.variance + s->crumbs.variance, booked.at };
        if (!is_large(s, &booked))
            return 0;
        s->crumbs = (struct change){ 0 };
    }
    i64 delta = llrint(booked.counts * s->mg_per_count);
    *step = (struct step){ booked.at, delta, before + delta, llabs(llrint(sqrt(booked.variance) * s->mg_per_count)) };
    return 1;
}

/* One conversion in, one reading out, and perhaps a step: what a C program's sensing loop would call. */
static int weigh_one(struct scale *s, int counts, i64 now, i64 bus, struct reading *reading, struct step *step)
{
    int booked = 0;
    if (!s->seen)
        s->a = s->b = s->c = s->d = counts, s->seen = 1;
    s->filtered = median5(s->a, s->b, s->c, s->d, counts);
    s->a = s->b, s->b = s->c, s->c = s->d, s->d = counts;
    s->counts[s->next] = counts;
    s->ticks[s->next] = now;
    s->next = (s->next + 1) & s->mask;
    s->count++;
    if (--s->until_sigma == 0)
        look_around(s);
    double off = s->filtered - s->mean;
    if (s->state == SETTLED && !(fabs(off) > s->band)) {
        s->mean += off * s->gain;
        noise(s, counts);
        if (--s->until_window == 0)
            look_back(s, bus);
    } else {
        move(s, counts);
    }
    int stable = s->state == SETTLED;
    if (stable && s->changes > 0)
        booked = book(s, step);
    reading->at = now;
    reading->level_mg = llrint(((stable ? s->mean : s->filtered) - s->offset) * s->mg_per_count);
    reading->sigma_mg = stable ? s->plateau_sigma_mg : s->sample_sigma_mg;
    reading->slot = 1;
    reading->stable = (unsigned char)stable;
    reading->health = s->drifting ? DRIFTING : s->noisy ? NOISY : OK;
    return booked;
}

struct result {
    i64 level_mg;
    i64 bookings;
    i64 booked_mg;
};

void weigh(const int *counts, i64 samples, double counts_per_gram, double offset, double calibrated, int settle, int touch, i64 now, struct result *out)
{
    struct scale s = { .counts_per_gram = counts_per_gram, .offset = offset, .calibrated = calibrated, .settle = settle, .touch = touch };
    struct reading reading = { 0 };
    struct step step;
    int length = 1;
    while (length < 4 * settle + 2 * touch + 32)
        length *= 2;
    s.mask = length - 1;
    s.recent = malloc(sizeof(int) * (size_t)touch);
    s.counts = calloc((size_t)length, sizeof(int));
    s.sorted = calloc((size_t)length, sizeof(int));
    s.ticks = calloc((size_t)length, sizeof(i64));
    s.mg_per_count = 1000 / counts_per_gram;
    s.gain = 1.0 / settle;
    s.variance = fmax(calibrated, 0.3) * fmax(calibrated, 0.3);
    s.least_variance = fmax(calibrated / 4, 0.3) * fmax(calibrated / 4, 0.3);
    s.until_window = settle;
    s.older = s.newer = (struct span){ INFINITY, -INFINITY };
    look_around(&s);
    memset(out, 0, sizeof *out);
    for (i64 n = 0; n < samples; n++) {
        if (weigh_one(&s, counts[n], now, 0, &reading, &step))
            out->bookings++, out->booked_mg += step.delta_mg;
    }
    out->level_mg = reading.level_mg;
    free(s.recent);
    free(s.counts);
    free(s.sorted);
    free(s.ticks);
}
