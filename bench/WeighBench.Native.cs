using System.Diagnostics;
using System.Runtime.InteropServices;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Quantities;

namespace PantryChain.Bench;

/// <summary>The weighing filter in C, compiled by gcc when the bench runs.</summary>
internal sealed unsafe class NativeFilter : IDisposable
{
    private readonly string _folder;
    private readonly nint _library;
    private readonly delegate* unmanaged<int*, long, double, double, double, int, int, long, Result*, void> _weigh;

    private NativeFilter(string folder, nint library)
    {
        (_folder, _library) = (folder, library);
        _weigh = (delegate* unmanaged<int*, long, double, double, double, int, int, long, Result*, void>)NativeLibrary.GetExport(library, "weigh");
    }

    /// <summary>Compiles; false with the reason when there is no compiler.</summary>
    public static bool TryCompile(out NativeFilter? filter, out string why)
    {
        filter = null;
        string folder = Directory.CreateTempSubdirectory("pantrychain-bench-").FullName;
        string source = Path.Combine(AppContext.BaseDirectory, "weigh_filter.c"), library = Path.Combine(folder, "weigh_filter.so");
        try
        {
            // -ffp-contract=off: fused multiply-adds round once less and would end at another last bit.
            ProcessStartInfo start = new("gcc", ["-O2", "-ffp-contract=off", "-shared", "-fPIC", "-o", library, source, "-lm"]) { UseShellExecute = false };
            using Process compiler = Process.Start(start)!;
            compiler.WaitForExit();
            why = compiler.ExitCode == 0 ? "" : $"gcc ended with code {compiler.ExitCode}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            why = "gcc is not installed ('apt-get install gcc')";
        }
        if (why.Length == 0)
            filter = new NativeFilter(folder, NativeLibrary.Load(library));
        else
            Directory.Delete(folder, recursive: true);
        return filter is not null;
    }

    /// <summary>Runs the filter over a series.</summary>
    public FilterResult Weigh(int[] series, Calibration line, ScaleSettings settings)
    {
        Result result;
        fixed (int* counts = series)
            _weigh(counts, series.Length, line.CountsPerGram, line.OffsetCounts, line.NoiseCounts, settings.SettleSamples, settings.TouchSamples, DateTimeOffset.UnixEpoch.UtcTicks, &result);
        return new FilterResult(new Mass(result.LevelMilligrams), result.Bookings, new Mass(result.BookedMilligrams));
    }

    public void Dispose()
    {
        NativeLibrary.Free(_library);
        Directory.Delete(_folder, recursive: true);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Result
    {
        public long LevelMilligrams;
        public long Bookings;
        public long BookedMilligrams;
    }
}
