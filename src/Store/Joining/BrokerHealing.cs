namespace PantryChain.Store.Joining;

/// <summary>Writes the broker's password file once at start: a kill may have come between a join's commit and the file.</summary>
internal sealed class BrokerHealing(BrokerAccounts broker) : IHostedService
{
    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken) => await broker.SyncAsync(cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
