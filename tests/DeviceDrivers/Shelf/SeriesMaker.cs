namespace PantryChain.DeviceDrivers.Tests.Shelf;

/// <summary>A made series and what happened in it.</summary>
/// <param name="Grams">The series.</param>
/// <param name="Period">Seconds between two samples.</param>
/// <param name="Changes">What somebody did: seconds and grams, settled and for good.</param>
internal sealed record MadeSeries(double[] Grams, double Period, IReadOnlyList<(double At, double Grams)> Changes);

/// <summary>Series of scales that the product has never seen, each from a few numbers of its kind and a seed.</summary>
internal static class SeriesMaker
{
    /// <summary>A fridge's shelf: compressor pushes of up to 40 g within ten seconds, a swing of up to 115 g within ten minutes, pink wander; nobody touches it.</summary>
    /// <param name="load">Grams on it.</param>
    /// <param name="drift">1 for the numbers above.</param>
    /// <param name="period">Seconds between two samples.</param>
    /// <param name="seconds">Length.</param>
    /// <param name="seed">Of the chance.</param>
    public static MadeSeries Fridge(double load, double drift, double period, double seconds, int seed)
    {
        Random chance = new(seed * 31 + 7);
        double[] grams = new double[(int)(seconds / period)];
        double noise = 0.8 + 0.4 * chance.NextDouble(), lag = 1.5 + 5 * chance.NextDouble(), cycle = 700 + 1500 * chance.NextDouble();
        double push = drift * (10 + 30 * chance.NextDouble()), swing = drift * (10 + 60 * chance.NextDouble()), next = 30 + cycle * chance.NextDouble();
        double place = 0, goal = 0, slow = 0, warm = 0;
        double[] pink = new double[8];
        bool runs = false;
        for (int i = 0; i < grams.Length; i++)
        {
            if (i * period >= next)
            {
                runs = !runs;
                goal = runs ? push * (0.6 + 0.4 * chance.NextDouble()) : 0;
                next += cycle * (0.3 + 0.4 * chance.NextDouble());
            }
            place += (goal - place) * (1 - Math.Exp(-period / lag));
            warm += ((runs ? swing : 0) - warm) * (1 - Math.Exp(-period / 300));
            for (int octave = 0; octave < pink.Length; octave++)
                pink[octave] += -pink[octave] * Math.Min(1, period / (4 << octave)) + 0.25 * drift * Normal(chance) * Math.Sqrt(Math.Min(1, 2 * period / (4 << octave)));
            slow += 0.1 * drift * Math.Sqrt(period) * Normal(chance);
            grams[i] = Math.Round((load + place - warm + slow + pink.Sum() + noise * Normal(chance)) * 1000) / 1000;
        }
        return new MadeSeries(grams, period, []);
    }

    /// <summary>A small keg with two glasses drawn slowly within ten minutes.</summary>
    public static MadeSeries Keg(int seed)
    {
        Random chance = new(seed * 17 + 3);
        const double period = 2;
        double[] grams = new double[300];
        int first = 25 + chance.Next(70), second = first + 60 + chance.Next(90), one = 3 + chance.Next(8), two = 4 + chance.Next(12);
        double slow = 0, noise = 0.5 + 0.7 * chance.NextDouble(), small = 300 + 60 * chance.NextDouble(), large = 660 + 60 * chance.NextDouble();
        for (int i = 0; i < grams.Length; i++)
        {
            slow += 0.1 * Normal(chance);
            grams[i] = 2300 - small * Math.Clamp((double)(i - first) / one, 0, 1) - large * Math.Clamp((double)(i - second) / two, 0, 1) + slow + noise * Normal(chance);
        }
        return new MadeSeries(grams, period, [((first + one) * period, -small), ((second + two) * period, -large)]);
    }

    /// <summary>A pot on four cells: presses, lifts for a cup, the pot away for long, a refill.</summary>
    public static MadeSeries Pot(int seed)
    {
        Random chance = new(seed * 13 + 1);
        List<double> grams = [];
        List<(double, double)> changes = [];
        double pot = 3200 + 600 * chance.NextDouble(), slow = 0, noise = 0.4 + 0.5 * chance.NextDouble();
        Rest(60);
        for (int visit = 0; visit < 14; visit++)
        {
            int what = chance.Next(6);
            if (what <= 1)
            {
                double cup = 120 + 120 * chance.NextDouble();
                if (pot - cup < 1800)
                    continue;
                double before = pot;
                int presses = 2 + chance.Next(4);
                for (int press = 1; press <= presses; press++)
                {
                    pot = before - cup * press / presses;
                    Press(2000 + 9000 * chance.NextDouble(), 0.6 + chance.NextDouble());
                    Lay(pot, 0.3 + chance.NextDouble());
                }
                changes.Add((grams.Count / 10.0, -cup));
            }
            else if (what == 2)
                Press(500 + 11_000 * chance.NextDouble(), 0.3 + 3 * chance.NextDouble());
            else if (what == 3)
                Away(5 + 30 * chance.NextDouble(), 0);
            else if (what == 4)
                Away(20 + 25 * chance.NextDouble(), -(100 + 200 * chance.NextDouble()));
            else if (pot < 2800)
                Away(150 + 200 * chance.NextDouble(), 700 + 300 * chance.NextDouble());
            Rest(75 + 100 * chance.NextDouble());
        }
        return new MadeSeries([.. grams], 0.1, changes);

        void Lay(double load, double seconds)
        {
            for (int i = 0; i < seconds * 10; i++)
            {
                slow += 0.01 * Normal(chance);
                grams.Add(Math.Round((load + slow + noise * Normal(chance)) * 10) / 10);
            }
        }
        void Rest(double seconds) => Lay(pot, seconds);
        void Press(double most, double seconds)
        {
            int samples = Math.Max(3, (int)(seconds * 10));
            for (int i = 0; i < samples; i++)
                Lay(pot + most * Math.Sin(Math.PI * (i + 0.5) / samples) * (0.8 + 0.4 * chance.NextDouble()), 0.1);
        }
        void Away(double seconds, double change)
        {
            Press(400 * chance.NextDouble(), 0.6);
            Lay(15 * chance.NextDouble(), seconds);
            pot += change;
            Press(400 * chance.NextDouble(), 0.6);
            if (change != 0)
                changes.Add((grams.Count / 10.0, change));
        }
    }

    /// <summary>A small load overnight, one sample in 30 s: two or three grams of wander.</summary>
    public static MadeSeries Overnight(int seed)
    {
        Random chance = new(seed * 11 + 5);
        double[] grams = new double[1200];
        double noise = 0.02 + 0.4 * chance.NextDouble() * chance.NextDouble(), phase = 6 * chance.NextDouble(), slow = 0, most = 0.8 + 0.7 * chance.NextDouble();
        for (int i = 0; i < grams.Length; i++)
        {
            slow += 0.04 * Normal(chance) - 0.01 * slow;
            grams[i] = Math.Round((126 + most * Math.Sin(phase + i / 200.0) + slow + noise * Normal(chance)) * 100) / 100;
        }
        return new MadeSeries(grams, 30, []);
    }

    /// <summary>A coffee scale of 1 kg from its cold start: a cup is put on, then three to five pours of a pour-over; all that counts is the sum.</summary>
    public static MadeSeries Brew(int seed, double rate)
    {
        Random chance = new(seed * 7 + 9);
        List<double> grams = [];
        double load = 0, after = 0;
        Lay(0, 20 + 30 * chance.NextDouble());
        double cup = 150 + 200 * chance.NextDouble();
        Lay(cup, 25);
        int pours = 3 + chance.Next(3);
        for (int pour = 0; pour < pours; pour++)
        {
            Lay(40 + 60 * chance.NextDouble(), 10 + 20 * chance.NextDouble());
            Lay(0, 20 + 25 * chance.NextDouble());
        }
        double poured = load;
        Lay(0, 100);
        return new MadeSeries([.. grams], 1 / rate, [(after, poured)]);

        void Lay(double more, double seconds)
        {
            int samples = (int)(seconds * rate);
            double from = load;
            load += more;
            for (int i = 0; i < samples; i++)
            {
                double rise = seconds == 25 ? Math.Min(1, i / (0.4 * rate)) : (double)i / samples, at = grams.Count / rate;
                grams.Add(from + more * rise + 0.24 * (1 - Math.Exp(-at / 150)) + 0.035 * Normal(chance));
            }
            after = grams.Count / rate;
        }
    }

    /// <summary>A plant pot every 15 minutes: it loses 500 to 700 g a day and is watered at once.</summary>
    public static MadeSeries Plant(int seed)
    {
        Random chance = new(seed * 5 + 2);
        double[] grams = new double[96 * 14];
        List<(double, double)> changes = [];
        double load = 9000, perDay = 500 + 200 * chance.NextDouble();
        for (int i = 0; i < grams.Length; i++)
        {
            double hour = i / 4.0 % 24;
            load -= perDay / 96 * (hour is > 7 and < 19 ? 1.8 : 0.2);
            if (load < 7500 + 300 * chance.NextDouble())
            {
                load += 1600;
                changes.Add((i * 900.0, 1600));
            }
            grams[i] = load + 2 * Normal(chance) + 4 * Math.Sin(2 * Math.PI * hour / 24);
        }
        return new MadeSeries(grams, 900, changes);
    }

    private static double Normal(Random chance) => Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())) * Math.Cos(2 * Math.PI * chance.NextDouble());
}
