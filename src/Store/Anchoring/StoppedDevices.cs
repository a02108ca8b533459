using System.Text;
using Dapper;
using Npgsql;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Store.Sending;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Anchoring;

/// <summary>From which devices nothing is taken any more, and why; and the one fork of each, which is handed to the chain.</summary>
/// <remarks>
/// One pair of blocks is proof enough for ever: it is kept when the first fork comes, the rest is refused unread. The registry is asked about all joined
/// devices now and then, so that an epoch counts none that is banned or revoked. The report is one transaction per device,
/// found again after a kill; forks that were kept before reports were made are reported too.
/// </remarks>
internal sealed class StoppedDevices(
    NpgsqlDataSource database, DeviceStandings standings, TransactionQueue queue, CotAnchor anchor, TimeProvider clock, ILogger<StoppedDevices> logger) : Drain(logger)
{
    private readonly Pulse _forked = new();

    /// <inheritdoc />
    protected override TimeSpan Longest => TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    protected override Task NextWake() => _forked.Next;

    /// <summary>The code with which a device's blocks are refused, or null for one in good standing.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="device">The device.</param>
    /// <param name="account">The account for which it joined.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="Ledger.Evm.EvmException">The registry cannot be asked and never was.</exception>
    public async Task<string?> WhyAsync(NpgsqlConnection connection, DeviceId device, AccountAddress account, CancellationToken stop)
    {
        if (await connection.ExecuteScalarAsync<bool>("select exists (select 1 from equivocations where device = @device)", new { device }))
            return "device_stopped";
        DeviceStanding standing = await standings.OfAsync(device, stop);
        return standing.IsBanned ? "device_banned" : standing.SpeaksFor(account) ? null : "device_revoked";
    }

    /// <summary>Keeps the second of two signed blocks at one height, unless the device has such a pair already.</summary>
    public async Task KeepAsync(NpgsqlConnection connection, SealedBlock second, Hash32 accepted, ReadOnlyMemory<byte> payload) =>
        await connection.ExecuteAsync(
            """
            insert into equivocations select @Device, @height, @Hash, @accepted, @json::jsonb, @now
            where not exists (select 1 from equivocations where device = @Device)
            """,
            new { second.Block.Device, height = (long)second.Block.Height, second.Hash, accepted, json = Encoding.UTF8.GetString(payload.Span), now = clock.GetUtcNow() });

    /// <summary>Has a fork that was committed reported.</summary>
    public void Wake() => _forked.Beat();

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        foreach (Fork fork in (await connection.QueryAsync<Fork>(Unreported)).AsList())
            await ReportAsync(connection, fork, stop);
        await standings.RefreshAsync(stop);
    }

    private async Task ReportAsync(NpgsqlConnection connection, Fork fork, CancellationToken stop)
    {
        if (!WireCodec.TryDecode(Encoding.UTF8.GetBytes(fork.Payload), out SealedBlock? second, out string? why))
            throw new InvalidOperationException($"The fork of device {fork.Device} cannot be read: {why}");
        Hash32 id = TransactionQueue.IdOf("fork", fork.Device.Value);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await queue.EnqueueAsync(connection, id, Wallets.RelayerName, $"fork of device {fork.Device}", anchor.ReportEquivocation(fork.First(second), second), TransactionLane.Fork(fork.Device));
        await connection.ExecuteAsync("insert into fork_reports values (@Device, @id) on conflict do nothing", new { fork.Device, id });
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
        logger.LogWarning("Device {Device} signed two blocks at height {Height}: both are handed to the chain, and nothing more is taken from it.", fork.Device, fork.Height);
    }

    private const string Unreported =
        """
        select distinct on (device) device, height, hash, parent, from_seq, to_seq, day, events_root, uses, confirmations, deviations, signature, payload
        from (select b.*, e.payload::text as payload, e.seen_at from equivocations e join blocks b on b.device = e.device and b.hash = e.accepted
              where not exists (select 1 from fork_reports r where r.device = e.device)) pairs
        order by device, seen_at
        """;

    /// <summary>An accepted block beside the payload of the other one at its height.</summary>
    private sealed record Fork(
        DeviceId Device, long Height, Hash32 Hash, Hash32 Parent, long FromSeq, long ToSeq, int Day, Hash32 EventsRoot, int Uses, int Confirmations, int Deviations, byte[] Signature,
        string Payload)
    {
        /// <summary>The accepted block as it was signed; both have one key, whose hash the device is.</summary>
        public SealedBlock First(SealedBlock second) => second with
        {
            Block = new ThingBlock(
                Device, (ulong)Height, Parent, (ulong)FromSeq, (ulong)ToSeq, new HouseholdDay((uint)Day), EventsRoot, (uint)Uses, (uint)Confirmations, (uint)Deviations),
            Hash = Hash,
            Signature = new P256Signature(new Hash32(Signature.AsSpan(0, Hash32.Size)), new Hash32(Signature.AsSpan(Hash32.Size))),
        };
    }
}
