namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A lamp or an active buzzer at the end of a line: on while the line is high.</summary>
/// <remarks>Thread safe.</remarks>
public sealed class SimulatedIndicator
{
    private int _rises;
    private volatile bool _on;

    /// <summary>Whether it shines or sounds now.</summary>
    public bool IsOn => _on;

    /// <summary>How often it went on.</summary>
    public int Rises => Volatile.Read(ref _rises);

    /// <summary>Takes the line's level.</summary>
    public void Hear(bool high)
    {
        if (high && !_on)
            Interlocked.Increment(ref _rises);
        _on = high;
    }
}
