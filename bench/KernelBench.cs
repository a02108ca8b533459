using System.CommandLine;
using System.Diagnostics;

namespace PantryChain.Bench;

/// <summary>Boots Debian's kernel in an emulated PC and lets our drivers loose on its <c>/dev/i2c-*</c>.</summary>
internal static class KernelBench
{
    private const string Verdict = "probe: shown: ";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(170);
    private static readonly string[] WorthShowing = ["probe: ", "Linux version", "i2c", "Kernel panic", "Oops", "segfault", "Out of memory", "guest: "];

    private static readonly Option<string> Kernel = new("--kernel") { Description = "Folder with an unpacked Debian kernel package for amd64.", HelpName = "DIR", Required = true };
    private static readonly Option<string> Log = new("--log") { Description = "File for everything that the machine's serial line says.", HelpName = "FILE", Required = true };

    public static Command Create()
    {
        Command command = new("kernel", "Boots Debian's kernel under qemu with i2c-stub: the NAU7802 driver reports a chip that never powers up, then is carried to a reading through a real /dev/i2c-*.") { Kernel, Log };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(Kernel)!, Path.GetFullPath(parsed.GetValue(Log)!), stop));
        return command;
    }

    private static async Task<int> RunAsync(string kernel, string log, CancellationToken stop)
    {
        string folder = Directory.CreateTempSubdirectory("pantry-kernel-").FullName;
        try
        {
            Stopwatch took = Stopwatch.StartNew();
            KernelGuest guest = await KernelGuest.PackAsync(kernel, folder, stop);
            Console.WriteLine($"Packed {new FileInfo(guest.Image).Length / 1_000_000} MB for kernel {guest.Release} in {took.Elapsed.TotalSeconds:F0} s; booting it in an emulated processor.");
            Directory.CreateDirectory(Path.GetDirectoryName(log)!);
            string? verdict = await BootAsync(guest, log, stop);
            Console.WriteLine($"{(verdict == "yes" ? "Shown" : "NOT shown")} in {took.Elapsed.TotalSeconds:F0} s{(verdict is null ? ": the machine never gave a verdict" : "")}. Everything it said is in {log}.");
            return verdict == "yes" ? 0 : 1;
        }
        catch (InvalidOperationException missing)
        {
            await Console.Error.WriteLineAsync(missing.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs the machine until it powers itself off or the deadline; answers the probe's verdict, or null.</summary>
    private static async Task<string?> BootAsync(KernelGuest guest, string log, CancellationToken stop)
    {
        // No KVM is asked for: the bench also runs where there is none, and a driver must stand a slow processor. max knows what .NET's precompiled code uses.
        ProcessStartInfo start = new("qemu-system-x86_64",
        [
            "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio", "-no-reboot", "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024",
            "-chardev", "null,id=parallel", "-device", "isa-parallel,chardev=parallel",
            "-kernel", guest.Kernel, "-initrd", guest.Image, "-append", "console=ttyS0 rdinit=/init panic=-1 loglevel=6 tsc=unstable",
        ]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        using CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bound.CancelAfter(Deadline);
        using Process machine = Process.Start(start)!;
        await using StreamWriter writer = new(log);
        string? verdict = null;
        try
        {
            while (await machine.StandardOutput.ReadLineAsync(bound.Token) is { } raw)
            {
                string line = raw.TrimEnd('\r');
                await writer.WriteLineAsync(line);
                if (line.StartsWith(Verdict, StringComparison.Ordinal))
                    verdict = line[Verdict.Length..];
                if (Array.Exists(WorthShowing, word => line.Contains(word, StringComparison.Ordinal)))
                    Console.WriteLine("  " + line);
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"  The machine was stopped after {Deadline.TotalSeconds:F0} s.");
        }
        finally
        {
            if (!machine.HasExited)
                machine.Kill();
        }
        return verdict;
    }
}
