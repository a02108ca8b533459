namespace PantryChain.DeviceDrivers.Climate;

/// <summary>How far a sensor of the air can be trusted.</summary>
public enum ClimateHealth : byte
{
    /// <summary>Nobody has asked it yet.</summary>
    Waiting,

    /// <summary>It answers, and what it says can be.</summary>
    Ok,

    /// <summary>The sensor, its bus or its file is not there.</summary>
    Disconnected,

    /// <summary>It does not answer within its deadline, or says the same again and again.</summary>
    Stale,

    /// <summary>It answers what cannot be.</summary>
    Implausible,
}

/// <summary>What came of asking a sensor once.</summary>
/// <param name="Health"><see cref="ClimateHealth.Ok"/> with a reading, else why there is none.</param>
/// <param name="Reading">The reading, when there is one.</param>
/// <param name="Problem">What is wrong and the next step, or null.</param>
public readonly record struct ClimateAnswer(ClimateHealth Health, ClimateReading Reading, string? Problem);

/// <summary>Asks a sensor on a thread of its own and waits no longer than a deadline: whoever wrote the binding may spin, sleep or hang, the gateway goes on.</summary>
/// <remarks>
/// A sensor that failed is let go and opened anew. One that hangs is left alone on its thread until it comes back: it costs one thread, however often it is asked.
/// Belongs to one task.
/// </remarks>
/// <param name="open">Opens the sensor; called on the sensor's thread.</param>
/// <param name="deadline">Longest wait, in <paramref name="real"/> time.</param>
/// <param name="real">Real time: a sensor hangs in it.</param>
public sealed class AskedSensor(Func<IClimateSensor> open, TimeSpan deadline, TimeProvider real) : IDisposable
{
    private IClimateSensor? _sensor;
    private Task<ClimateAnswer>? _asked;
    private volatile bool _disposed;

    /// <summary>Asks once.</summary>
    public async Task<ClimateAnswer> AskAsync(CancellationToken cancellation)
    {
        _asked ??= Task.Factory.StartNew(Ask, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            ClimateAnswer answer = await _asked.WaitAsync(deadline, real, cancellation);
            _asked = null;
            return answer;
        }
        catch (TimeoutException)
        {
            return new ClimateAnswer(ClimateHealth.Stale, default,
                $"It did not answer within {deadline.TotalSeconds:0.#} s. Take its power away for a moment and check its wires; if it stays so, take the other chips off its bus one by one.");
        }
    }

    /// <summary>Lets the sensor go; one that hangs goes when it comes back.</summary>
    public void Dispose()
    {
        _disposed = true;
        if (_asked is null)
            LetGo();
    }

    private ClimateAnswer Ask()
    {
        try
        {
            _sensor ??= open();
            return new ClimateAnswer(ClimateHealth.Ok, _sensor.Read(), null);
        }
        catch (Exception error) // whatever a binding throws is a fault of its sensor, and no end of the gateway
        {
            LetGo();
            return new ClimateAnswer(error is IOException or UnauthorizedAccessException ? ClimateHealth.Disconnected : ClimateHealth.Implausible, default, error is IOException or InvalidDataException ? error.Message : $"Its driver failed ({error.Message}). Take its power away for a moment; if it stays so, replace the sensor.");
        }
        finally
        {
            if (_disposed)
                LetGo();
        }
    }

    private void LetGo() => Interlocked.Exchange(ref _sensor, null)?.Dispose();
}
