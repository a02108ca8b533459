using System.Buffers.Text;
using System.Numerics;
using Microsoft.Win32.SafeHandles;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.LoadCells;

/// <summary>An HX711 that the kernel's own driver (<c>avia,hx711</c>) reads; this one takes the values from its files in sysfs.</summary>
/// <remarks>
/// The kernel keeps interrupts off for every bit, so pulses are short by construction; a read waits for the next conversion inside the kernel, up to a second. A
/// thread of its own waits there, and <see cref="TryRead"/> only takes what is new. Values are offset binary (drivers/iio/adc/hx711.c, value ^ 0x800000). The
/// kernel shows no frame, so only the ends of the range, values outside 24 bits, errors and silence can be noticed. Not thread safe but for its own thread.
/// </remarks>
public sealed class Hx711Iio : ILoadCells
{
    /// <summary>Where the kernel lists its industrial I/O devices.</summary>
    public const string Devices = "/sys/bus/iio/devices";

    private const int Offset = 0x80_0000;
    private const int Largest = 0x7F_FFFF; // 24 bits, two's complement
    private const long LongestWait = 2_000_000_000; // the kernel gives up after about a second per channel

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly string[] _files;
    private readonly Hx711Options _options;
    private readonly byte[] _text = new byte[32];
    private readonly int[] _newest;
    private ulong _new;
    private ulong _saturated;
    private long _readAt;
    private long _heardAt;
    private bool _disconnected;
    private long _read, _samples, _railed, _failed, _malformed, _stale;

    private Hx711Iio(string folder, Hx711Options options)
    {
        (_options, _heardAt) = (options, Now());
        _files = [.. Enumerable.Range(0, Cells).Select(channel => Path.Combine(folder, $"in_voltage{channel}_raw"))];
        _newest = new int[Cells];
        _thread = new Thread(Run) { Name = "hx711-iio", IsBackground = true };
        _thread.Start();
    }

    /// <summary>1, or 2 with <see cref="Hx711Options.SecondInput"/>.</summary>
    public int Cells => _options.SecondInput ? 2 : 1;

    /// <inheritdoc />
    public TimeSpan Period => TimeSpan.FromMicroseconds(Cells * _options.PeriodNanoseconds / 1_000.0);

    /// <inheritdoc />
    public IReadOnlyList<Tally> Tallies
    {
        get
        {
            lock (_gate)
                return [new("frames", _read), new("samples", _samples), new("saturated", _railed), new("read_failed", _failed), new("malformed", _malformed), new("stale", _stale)];
        }
    }

    /// <summary>Why the last read failed, with the next step; empty after a good one.</summary>
    public string LastFailure { get; private set; } = "";

    /// <summary>Folders of the kernel's HX711 devices, by their name, in the order of their numbers.</summary>
    /// <param name="devices">Usually <see cref="Devices"/>.</param>
    public static IReadOnlyList<string> Find(string devices = Devices) => !Directory.Exists(devices) ? [] :
        [.. Directory.EnumerateDirectories(devices, "iio:device*").Where(IsHx711).OrderBy(path => path.Length).ThenBy(path => path, StringComparer.Ordinal)];

    /// <summary>Opens one of the kernel's HX711 devices.</summary>
    /// <param name="number">Which of those that <see cref="Find"/> gives, from 0.</param>
    /// <param name="options">Rate and inputs; the gain is the kernel driver's own.</param>
    /// <param name="devices">Usually <see cref="Devices"/>.</param>
    /// <exception cref="IOException">There is no such device; the text says what to do.</exception>
    public static Hx711Iio Open(int number, Hx711Options options, string devices = Devices)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        IReadOnlyList<string> found = Find(devices);
        if (number >= found.Count)
            throw new IOException($"The kernel shows {found.Count} HX711 in {devices}, number {number} is not among them. Load the driver with an overlay for 'avia,hx711' "
                + "(Raspberry Pi OS has none by default), or have gateway.json read the chip another way: 'kind' 'hx711' or 'hx711-spi' in 'converters', or 'cells' with the transport 'gpiochip'.");
        return new Hx711Iio(found[number], options);
    }

    /// <inheritdoc />
    public long Now() => System.Diagnostics.Stopwatch.GetTimestamp(); // CLOCK_MONOTONIC in nanoseconds on Linux

    /// <inheritdoc />
    public SlotHealth HealthOf(int cell)
    {
        lock (_gate)
        {
            return _disconnected ? SlotHealth.Disconnected
                : Now() - _heardAt > LongestWait + _options.StaleAfter * _options.PeriodNanoseconds ? SlotHealth.Stale
                : (_saturated >> cell & 1) != 0 ? SlotHealth.Saturated
                : SlotHealth.Ok;
        }
    }

    /// <inheritdoc />
    public bool TryRead(Span<int> counts, out ulong valid, out long busNanoseconds)
    {
        lock (_gate)
        {
            (valid, _new, busNanoseconds) = (_new, 0, _readAt);
            _newest.CopyTo(counts);
            _samples += BitOperations.PopCount(valid);
            return valid != 0;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Set();
        if (_thread.Join(TimeSpan.FromSeconds(3))) // longer than the kernel ever waits; one that never comes back keeps its event
            _stop.Dispose();
    }

    private static bool IsHx711(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "name")).Trim() == "hx711";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // a device that is going away has no name any more
        }
    }

    private void Run()
    {
        while (!_stop.IsSet)
        {
            long began = Now();
            bool good = true;
            for (int cell = 0; cell < _files.Length; cell++)
                good &= TryTake(cell);
            // The kernel's read waits for a conversion; plain files, and a device that is gone, do not.
            long left = (good ? _options.PeriodNanoseconds * 3 / 4 : 1_000_000_000) - (Now() - began);
            if (left > 0)
                _stop.Wait(TimeSpan.FromMicroseconds(left / 1_000.0));
        }
    }

    private bool TryTake(int cell)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(_files[cell]);
            int length = RandomAccess.Read(file, _text, 0);
            if (Utf8Parser.TryParse(_text.AsSpan(0, length), out int raw, out int used) && used > 0 && raw is >= 0 and < 2 * Offset)
            {
                Keep(cell, raw - Offset);
                return true;
            }
            Fail(ref _malformed, $"{_files[cell]} holds no number of 24 bits. Update the kernel; its HX711 driver answers wrongly.", gone: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail(ref _failed, $"{_files[cell]} cannot be read ({error.Message}). Check the wires and that the overlay is loaded; the user needs to be allowed to read it.", gone: true);
        }
        return false;
    }

    private void Keep(int cell, int value)
    {
        ulong bit = 1UL << cell;
        lock (_gate)
        {
            _read++;
            (_readAt, _disconnected, LastFailure) = (Now(), false, "");
            _heardAt = _readAt;
            _newest[cell] = value;
            bool railed = value is Largest or (-Offset);
            _saturated = railed ? _saturated | bit : _saturated & ~bit;
            _new = railed ? _new & ~bit : _new | bit;
            _railed += railed ? 1 : 0;
        }
    }

    private void Fail(ref long counter, string why, bool gone)
    {
        lock (_gate)
        {
            counter++;
            LastFailure = why;
            _disconnected = gone;
            if (Now() - _heardAt > _options.StaleAfter * _options.PeriodNanoseconds)
                _stale++;
        }
    }
}
