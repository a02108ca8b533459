using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CliWrap;

namespace PantryChain.Rehearsal.Parts;

/// <summary>A process that dies with this one, even when this one is killed with <c>kill -9</c>.</summary>
/// <remarks>
/// The kernel's parent-death signal (prctl(2), PR_SET_PDEATHSIG, set by <c>setpriv</c>) follows the <em>thread</em> that forked, so every child is
/// started by one thread that lives as long as this process. Each child has its own session: Ctrl-C in the terminal reaches this process only, which
/// then stops its children in order. Output goes straight to a file, so no pipe can fill up. Thread safe.
/// </remarks>
public sealed class ChildProcess : IDisposable
{
    private static readonly BlockingCollection<Action> Starts = [];
    private static readonly Thread Spawner = StartSpawner();

    private readonly Process _process;
    private long _peakBytes;

    private ChildProcess(Process process) => _process = process;

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>True until the process has ended.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Its exit code once it has ended, 128 + n after signal n; null before.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>The most memory that the process held resident so far, in bytes (VmHWM of proc(5)), as last read.</summary>
    public long PeakMemory
    {
        get
        {
            ReadPeak();
            return Volatile.Read(ref _peakBytes);
        }
    }

    /// <summary>Starts <paramref name="program"/>.</summary>
    /// <param name="program">Full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="log">File that its output is appended to.</param>
    /// <param name="folder">Working folder; null for this process's.</param>
    /// <param name="environment">Variables on top of this process's.</param>
    /// <param name="user">System user to run as; only root may name one.</param>
    public static Task<ChildProcess> StartAsync(
        string program, IEnumerable<string> arguments, string log, string? folder = null, IReadOnlyDictionary<string, string>? environment = null, string? user = null)
    {
        List<string> words = ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, Tool.Find("setsid", "util-linux"), Tool.Find("setpriv", "util-linux")];
        if (user is not null)
            words.AddRange(["--reuid", user, "--regid", user, "--init-groups"]);
        words.AddRange(["--pdeathsig", "KILL", "--", program, .. arguments]);
        ProcessStartInfo start = new("/bin/sh", words) { WorkingDirectory = folder ?? "" };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        TaskCompletionSource<ChildProcess> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(new ChildProcess(Process.Start(start)!));
            }
            catch (Exception error)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }

    /// <summary>Completes when the process has ended.</summary>
    public Task WaitAsync(CancellationToken cancellation = default) => _process.WaitForExitAsync(cancellation);

    /// <summary>Kills the process at once, as <c>kill -9</c> does; its own children are left to it.</summary>
    public void Kill()
    {
        ReadPeak();
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // it had ended already
        }
    }

    /// <summary>Asks the process to end (SIGTERM) and kills it when it has not ended within <paramref name="patience"/>.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        ReadPeak();
        if (IsRunning)
            await SignalAsync("TERM");
        using CancellationTokenSource deadline = new(patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Sends a signal by name without <c>SIG</c>, such as <c>HUP</c> or <c>STOP</c>.</summary>
    public async Task SignalAsync(string signal) =>
        await Cli.Wrap("/bin/sh").WithArguments(["-c", $"kill -{signal} {Id.ToString(CultureInfo.InvariantCulture)} 2>/dev/null"]).WithValidation(CommandResultValidation.None).ExecuteAsync();

    /// <summary>Kills the process if it still runs.</summary>
    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static Thread StartSpawner()
    {
        Thread thread = new(() =>
        {
            foreach (Action start in Starts.GetConsumingEnumerable())
                start();
        }) { IsBackground = true, Name = "spawner" };
        thread.Start();
        return thread;
    }

    /// <summary>Once it has ended the last figure stands.</summary>
    private void ReadPeak() => Volatile.Write(ref _peakBytes, Math.Max(ProcessTable.PeakMemory(Id), Volatile.Read(ref _peakBytes)));
}
