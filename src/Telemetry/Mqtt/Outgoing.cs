namespace PantryChain.Telemetry.Mqtt;

/// <summary>A message on its way: until the broker has acknowledged it, over as many connections as that takes, or only on one.</summary>
internal sealed class Outgoing(MqttMessage message, long? only)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MqttMessage Message { get; } = message;

    /// <summary>Position in the order of sending, given at the first attempt.</summary>
    public long Number { get; set; }

    /// <summary>When it was sent last, a time stamp of the queue's clock.</summary>
    public long SentAt { get; set; }

    /// <summary>The only connection that may carry it, or null for any.</summary>
    public long? Only { get; } = only;

    /// <summary>True when acknowledged, false when its only connection was lost.</summary>
    public Task<bool> Done => _done.Task;

    public void Acknowledge() => _done.TrySetResult(true);

    public void GiveUp() => _done.TrySetResult(false);

    public void Refuse(string why) => _done.TrySetException(new MqttRefusedException(why));

    public void Cancel() => _done.TrySetCanceled();
}
