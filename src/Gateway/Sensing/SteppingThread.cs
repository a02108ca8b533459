namespace PantryChain.Gateway.Sensing;

/// <summary>What one step of a <see cref="SteppingThread"/> came to.</summary>
/// <param name="Nap">How long there is nothing to do; zero for the next step at once.</param>
/// <param name="IsWell">True when the step shows that an earlier failure is over.</param>
internal readonly record struct StepTaken(TimeSpan Nap, bool IsWell);

/// <summary>A thread that takes step after step, naps between them, and comes back a second after a failure until it is stopped.</summary>
/// <remarks>Starting, stopping and disposing are one caller's; the steps are the thread's own.</remarks>
internal sealed class SteppingThread : IDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1), ShortestNap = TimeSpan.FromMilliseconds(1); // neither a busy loop nor a missed use

    private readonly ManualResetEventSlim _stopped = new(initialState: false, spinCount: 0);
    private readonly Thread _thread;
    private readonly Func<StepTaken> _step;
    private readonly Action<Exception> _failed;
    private readonly Action? _begin;
    private bool _started, _disposed;

    /// <summary>Nothing runs before <see cref="Start"/>.</summary>
    /// <param name="name">The thread's.</param>
    /// <param name="step">One step; bounded in time, because stopping waits for it.</param>
    /// <param name="failed">Told about the first failure of a row.</param>
    /// <param name="begin">What the thread does before its first step.</param>
    public SteppingThread(string name, Func<StepTaken> step, Action<Exception> failed, Action? begin = null)
    {
        (_step, _failed, _begin) = (step, failed, begin);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>How the scheduler sees it.</summary>
    public ThreadPriority Priority { init => _thread.Priority = value; }

    /// <summary>Begins.</summary>
    public void Start()
    {
        _started = true;
        _thread.Start();
    }

    /// <summary>Takes no further step, and waits for the one under way as long as the caller has patience.</summary>
    public async Task StopAsync(CancellationToken patience)
    {
        if (_disposed)
            return;
        _stopped.Set();
        if (_started)
            await Task.Run(_thread.Join, CancellationToken.None).WaitAsync(patience);
    }

    /// <inheritdoc />
    /// <remarks>Waits for the step under way without end: it must not find its stop sign, or what its owner disposes next, gone.</remarks>
    public void Dispose()
    {
        if (_disposed)
            return;
        _stopped.Set();
        if (_started)
            _thread.Join();
        _disposed = true;
        _stopped.Dispose();
    }

    private void Run()
    {
        _begin?.Invoke();
        bool failing = false;
        while (!_stopped.IsSet)
        {
            try
            {
                StepTaken taken = _step();
                failing = failing && !taken.IsWell;
                if (taken.Nap > TimeSpan.Zero)
                    _stopped.Wait(taken.Nap < ShortestNap ? ShortestNap : taken.Nap);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                if (!failing)
                    _failed(error);
                failing = true;
                _stopped.Wait(AfterFailure);
            }
        }
    }
}
