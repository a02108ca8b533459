namespace PantryChain.DeviceDrivers.Bus;

/// <summary>Why an exchange on a bus failed.</summary>
public enum BusFailure : byte
{
    /// <summary>No chip acknowledged (ENXIO, EREMOTEIO).</summary>
    NotAcknowledged,

    /// <summary>The adapter gave up waiting: a line held low, or a clock stretched for too long (ETIMEDOUT).</summary>
    TimedOut,

    /// <summary>The adapter is in use by somebody else (EBUSY, EAGAIN).</summary>
    Busy,

    /// <summary>The adapter is gone or broken (EIO, ENODEV and anything else).</summary>
    Broken,

    /// <summary>The adapter cannot do this kind of exchange (EOPNOTSUPP).</summary>
    Unsupported,
}

/// <summary>An exchange on a bus that failed; the text names the bus, the address and the next step.</summary>
public sealed class BusException(BusFailure failure, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Why.</summary>
    public BusFailure Failure => failure;
}
