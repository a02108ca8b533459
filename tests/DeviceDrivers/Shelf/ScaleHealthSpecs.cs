using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf;

/// <summary>What a scale says about its own cell, and what it makes of a temperature.</summary>
public sealed class ScaleHealthSpecs
{
    private const string Kegerator = "weight_kegerator_drift.csv";

    [Fact]
    public void A_cell_that_creeps_by_more_than_creep_explains_is_called_drifting_until_it_rests()
    {
        ScaleBench bench = new(grams: 1000);

        bench.Creep(1000, 1018, seconds: 900);
        bench.Last.Health.Should().Be(SlotHealth.Ok, "18 g in a quarter of an hour may be a cold cell that warms up");
        bench.Creep(1018, 1045, seconds: 800);
        bench.Last.Health.Should().Be(SlotHealth.Drifting);
        bench.Last.Wandered.Grams.Should().BeInRange(20, 46, "the scale says by how much");
        bench.Lay(1045, seconds: 600);
        bench.Last.Health.Should().Be(SlotHealth.Drifting, "it is well only after half an hour of rest");
        bench.Lay(1045, seconds: 2000);

        (bench.Last.Health, bench.Last.Wandered.Milligrams).Should().Be((SlotHealth.Ok, 0));
        bench.Steps.Should().BeEmpty();
    }

    [Fact]
    public void Uses_too_small_to_be_told_from_drift_are_no_drift_where_a_household_lives_months_in_a_few_minutes()
    {
        ScaleBench slow = new(grams: 1000), quick = new(grams: 1000) { Speed = 28_800 };

        slow.Creep(1000, 920, seconds: 400);
        quick.Creep(1000, 920, seconds: 400);

        (slow.Last.Health, quick.Last.Health).Should().Be((SlotHealth.Drifting, SlotHealth.Ok), "80 g in seven minutes, or in four months");
    }

    [Fact]
    public void Using_and_restocking_is_not_drift()
    {
        ScaleBench bench = new(grams: 1000);

        for (int i = 1; i <= 8; i++)
            bench.Lay(1000 - 100 * i, seconds: 90);
        bench.Lay(1500, seconds: 120);

        bench.Last.Health.Should().Be(SlotHealth.Ok);
        bench.Steps.Should().HaveCount(9);
    }

    [RecordingFact(Kegerator)]
    public void A_fridge_with_a_sound_scale_is_not_called_drifting()
    {
        foreach (string column in new[] { "scale1_kg", "scale2_kg" })
        {
            List<SlotHealth> seen = [];
            RecordedSeries.Weigh(Grams(column), TimeSpan.FromSeconds(2), watch: (_, reading) => seen.Add(reading.Health));
            seen.Distinct().Should().Equal([SlotHealth.Ok], "1.3 % of the load is a fridge's own movement (column {0})", column);
        }
    }

    [Fact]
    public void A_temperature_that_explains_the_drift_keeps_the_level()
    {
        (double plain, _) = Wander(gramsPerCelsius: 3, feel: false);
        (double felt, Scale scale) = Wander(gramsPerCelsius: 3, feel: true);

        plain.Should().BeGreaterThan(12);
        felt.Should().BeLessThan(plain / 2);
        scale.Temperature!.Value.GramsPerCelsius.Should().BeInRange(1.5, 3.5);
    }

    [Fact]
    public void A_temperature_that_explains_nothing_changes_nothing()
    {
        (double plain, _) = Wander(gramsPerCelsius: 0, feel: false);
        (double felt, Scale scale) = Wander(gramsPerCelsius: 0, feel: true);

        felt.Should().BeApproximately(plain, 0.2);
        scale.Temperature!.Value.GramsPerCelsius.Should().BeApproximately(0, 0.05);
    }

    [RecordingFact(Kegerator)]
    public void A_fridges_temperature_does_no_harm()
    {
        foreach (string column in new[] { "scale1_kg", "scale2_kg" })
        {
            SeriesResult plain = RecordedSeries.Weigh(Grams(column), TimeSpan.FromSeconds(2));
            SeriesResult felt = RecordedSeries.Weigh(Grams(column), TimeSpan.FromSeconds(2), celsius: RecordedData.Column(Kegerator, "celsius"));

            felt.Steps.Should().BeEmpty();
            felt.DriftGrams.Should().BeLessThanOrEqualTo(plain.DriftGrams + 1);
        }
    }

    [Fact]
    public void What_was_learned_about_temperature_survives_a_restart()
    {
        (_, Scale scale) = Wander(gramsPerCelsius: 3, feel: true);
        ScaleBench after = new(grams: 1000);

        Action late = () => after.Scale.Restore(scale.BookedLevel!.Value, scale.Temperature!.Value);
        late.Should().Throw<InvalidOperationException>();

        Scale next = new(scale.Slot, new Calibration(430, 84_000, 97), ScaleSettings.ForRate(10));
        next.Restore(scale.BookedLevel!.Value, scale.Temperature!.Value);
        next.Temperature.Should().Be(scale.Temperature);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-85)]
    [InlineData(-127)]
    [InlineData(-273.15)]
    [InlineData(85)]
    [InlineData(4000)]
    public void A_broken_thermometer_is_ignored(double celsius)
    {
        ScaleBench bench = new(grams: 1000);

        bench.Scale.Feel(celsius).Should().BeFalse();

        bench.Scale.Temperature.Should().BeNull();
    }

    [Theory]
    [InlineData(85, 1)] // a DS18B20's power-on value, once
    [InlineData(85, 540)]
    [InlineData(0, 540)] // a bus error's zero, for three hours
    [InlineData(-127, 540)]
    [InlineData(42, 540)] // another register's number
    [InlineData(double.NaN, 540)]
    [InlineData(double.PositiveInfinity, 3)]
    public void What_a_broken_thermometer_says_neither_teaches_nor_unlearns(double broken, int readings)
    {
        ThermalDays days = new();
        days.Run(6 * 86_400, celsius => celsius);
        double learnt = days.Coefficient;
        int left = readings;

        days.Run(4 * 3600, celsius => left-- > 0 ? broken : celsius);

        learnt.Should().BeInRange(2, 3.5);
        days.Coefficient.Should().BeGreaterThan(0.85 * learnt);
        days.WorstError.Should().BeLessThan(15, "a correction by a temperature that is none would move the level by a hundred grams");
        days.Steps.Should().Be(0);
    }

    [Fact]
    public void A_thermometer_that_is_stuck_for_a_night_unlearns_nothing()
    {
        ThermalDays days = new();
        days.Run(6 * 86_400, celsius => celsius);
        double learnt = days.Coefficient, stuck = double.NaN;

        days.Run(10 * 3600, celsius => stuck = double.IsNaN(stuck) ? celsius : stuck);
        days.Run(3600, celsius => celsius);

        days.Coefficient.Should().BeGreaterThan(0.85 * learnt);
    }

    [Fact]
    public void A_thermometer_that_was_moved_is_believed_again_once_it_has_moved_like_air()
    {
        BelievedTemperature temperature = new();
        long now = 0;
        for (int i = 0; i < 100; i++, now += 20_000_000_000)
            temperature.TryTake(4 + i % 3 * 0.0625, now, out _).Should().BeTrue();

        int doubted = 0;
        for (int i = 0; i < 200; i++, now += 20_000_000_000)
            doubted += temperature.TryTake(22 + i % 3 * 0.0625, now, out _) ? 0 : 1;

        doubted.Should().BeInRange(80, 100, "half an hour of it is the truth");
        temperature.Celsius.Should().BeInRange(22, 22.2);
    }

    /// <summary>Days of a cell with 3 g/°C at a sample a second in a room that swings by ±5 °C, beside a thermometer that is read every 20 s.</summary>
    private sealed class ThermalDays
    {
        private readonly Scale _scale = new(new(1), new Calibration(200, 100_000, 40), ScaleSettings.ForRate(1));
        private readonly Random _chance = new(1);
        private long _second;

        public double Coefficient => _scale.Temperature?.GramsPerCelsius ?? 0;

        public double WorstError { get; private set; }

        public int Steps { get; private set; }

        public void Run(int seconds, Func<double, double> thermometer)
        {
            WorstError = 0;
            for (long until = _second + seconds; _second < until; _second++)
            {
                double celsius = 20 + 5 * Math.Sin(2 * Math.PI * _second / 86_400), grams = 1000 + 3 * (celsius - 20);
                if (_second % 20 == 0)
                    _scale.Feel(thermometer(Math.Round(celsius * 16) / 16));
                double noise = (_chance.NextDouble() + _chance.NextDouble() + _chance.NextDouble() - 1.5) * 80;
                _scale.TryWeigh(
                    new SensorSample(new(1), (int)Math.Round(100_000 + 200 * grams + noise), _second * 1_000_000_000), DateTimeOffset.UnixEpoch.AddSeconds(_second),
                    out StockReading reading, out StockStep? step);
                Steps += step is null ? 0 : 1;
                if (_second > 100)
                    WorstError = Math.Max(WorstError, Math.Abs(reading.Level.Grams - 1000));
            }
        }
    }

    /// <summary>Two days at a sample every two seconds on a cell that a room's temperature moves; how far the level wandered on the second day.</summary>
    private static (double Wandered, Scale Scale) Wander(double gramsPerCelsius, bool feel)
    {
        Random chance = new(3);
        Scale scale = new(new(1), new Calibration(430, 84_000, 97), ScaleSettings.ForRate(0.5));
        double lowest = double.MaxValue, highest = double.MinValue;
        for (int i = 0; i < 86_400; i++)
        {
            double hours = i / 1800.0, celsius = 20 + 2.5 * Math.Sin(2 * Math.PI * hours / 24) + 0.5 * Math.Sin(2 * Math.PI * hours / 3.1);
            if (feel && i % 30 == 0)
                scale.Feel(Math.Round(celsius, 1));
            int counts = (int)(84_000 + 430 * (1000 + gramsPerCelsius * (celsius - 20)) + 97 * (chance.NextDouble() + chance.NextDouble() + chance.NextDouble() - 1.5) * 2);
            scale.TryWeigh(new SensorSample(new(1), counts, i * 2_000_000_000L), DateTimeOffset.UnixEpoch.AddSeconds(2 * i), out StockReading reading, out StockStep? step);
            step.Should().BeNull();
            if (i > 43_200)
                (lowest, highest) = (Math.Min(lowest, reading.Level.Grams), Math.Max(highest, reading.Level.Grams));
        }
        return (highest - lowest, scale);
    }

    private static double[] Grams(string column) => [.. RecordedData.Column(Kegerator, column).Select(kilograms => kilograms * 1000)];
}
