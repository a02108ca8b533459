using System.Diagnostics;

namespace PantryChain.Rehearsal.Parts;

/// <summary>A real server on a loopback port with its state in a folder: started, asked whether it answers, killed, started again on the same port.</summary>
/// <remarks>It dies with this process. One caller at a time starts, stops and restarts; properties may be read by all.</remarks>
public abstract class Part : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(30);

    private ChildProcess? _process;
    private long _peakMemory;
    private bool _hasAnswered;
    private volatile bool _isReady;

    /// <summary>A part named <paramref name="name"/> that keeps its files in <paramref name="folder"/> (made when absent).</summary>
    /// <param name="name">Its name in messages and of its log file.</param>
    /// <param name="folder">Its own folder.</param>
    /// <param name="port">Its port; 0 picks a free one, which the part keeps.</param>
    protected Part(string name, string folder, int port)
    {
        Name = name;
        Folder = Path.GetFullPath(folder);
        Port = port == 0 ? LoopbackPort.Free() : port;
        LogFile = Path.Combine(Folder, name + ".log");
    }

    /// <summary>Its name in messages.</summary>
    public string Name { get; }

    /// <summary>Full path of its folder.</summary>
    public string Folder { get; }

    /// <summary>Its port on 127.0.0.1, the same for as long as the part lives.</summary>
    public int Port { get; }

    /// <summary>File with everything it printed.</summary>
    public string LogFile { get; init; }

    /// <summary>True while its process runs.</summary>
    public bool IsRunning => _process is { IsRunning: true };

    /// <summary>True once its process has answered and while it runs.</summary>
    public bool IsReady => _isReady && IsRunning;

    /// <summary>Id of its process, null while it does not run.</summary>
    public int? ProcessId => _process is { IsRunning: true } process ? process.Id : null;

    /// <summary>The most resident memory of any of its processes so far, in bytes.</summary>
    public long PeakMemory => Math.Max(_peakMemory, _process?.PeakMemory ?? 0);

    /// <summary>Starts the server and waits until it answers; does nothing when it runs already.</summary>
    /// <exception cref="PartException">It is not installed, or did not answer in time; the text ends with the last line of its log.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        if (IsRunning)
            return;
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        await PrepareAsync(cancellation);
        Stopwatch waited = Stopwatch.StartNew();
        do
        {
            Remember();
            _isReady = false;
            _process = await LaunchAsync(cancellation);
            if (await AnswersAsync(_process, waited, cancellation))
            {
                _hasAnswered = _isReady = true;
                return;
            }
            // One that has worked before finds a neighbour missing that is on its way back as well: it tries again.
            if (!_hasAnswered && _process.ExitCode is { } code && IsFinal(code))
                throw new PartException($"{Name} cannot start: {LastLineOf(LogFile)}");
            // It may have ended because its predecessor, killed a moment ago, still held a lock or the port.
            await Task.Delay(Poll * 5, cancellation);
        }
        while (waited.Elapsed < StartPatience);
        Kill();
        throw new PartException($"{Name} does not answer on 127.0.0.1:{Port}. Its log {LogFile} ends with: {LastLineOf(LogFile)}");
    }

    /// <summary>Kills the server as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _isReady = false;
        _process?.Kill();
    }

    /// <summary>Asks the server to end in order and waits for it.</summary>
    public async Task StopAsync()
    {
        if (_process is not null)
            await _process.StopAsync(StopPatience);
    }

    /// <summary>Starts the server again, on the same port and folder, after it was killed or stopped; kills it first when it still runs.</summary>
    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitAsync(cancellation);
        }
        await StartAsync(cancellation);
    }

    /// <summary>Completes when the running process has ended; at once when none runs.</summary>
    public Task WaitForExitAsync(CancellationToken cancellation = default) => _process?.WaitAsync(cancellation) ?? Task.CompletedTask;

    /// <summary>Kills the server and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitAsync();
            Remember();
            process.Dispose();
            _process = null;
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends a signal by name without <c>SIG</c>, such as <c>HUP</c>.</summary>
    public Task SignalAsync(string signal) => _process?.SignalAsync(signal) ?? Task.CompletedTask;

    /// <summary>Writes configuration and state that must stand before the first start; called before every start.</summary>
    protected virtual Task PrepareAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Starts the process.</summary>
    protected abstract Task<ChildProcess> LaunchAsync(CancellationToken cancellation);

    /// <summary>Asks the server something in its own language; true when it answers as it should, any exception counts as no.</summary>
    protected abstract Task<bool> ProbeAsync(CancellationToken cancellation);

    /// <summary>True for an exit code after which another try would end the same way.</summary>
    protected virtual bool IsFinal(int exitCode) => false;

    private async Task<bool> AnswersAsync(ChildProcess process, Stopwatch waited, CancellationToken cancellation)
    {
        while (process.IsRunning && waited.Elapsed < StartPatience)
        {
            using CancellationTokenSource attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            attempt.CancelAfter(TimeSpan.FromSeconds(3));
            try
            {
                if (await ProbeAsync(attempt.Token) && process.IsRunning)
                    return true;
            }
            catch (Exception) when (!cancellation.IsCancellationRequested)
            {
                // not ready yet
            }
            await Task.Delay(Poll, cancellation);
        }
        return false;
    }

    private void Remember() => _peakMemory = PeakMemory;

    /// <summary>The last line of a log that says anything.</summary>
    protected static string LastLineOf(string log) => File.Exists(log) ? File.ReadLines(log).LastOrDefault(line => line.Length > 0) ?? "(nothing)" : "(nothing)";
}
