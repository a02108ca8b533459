using PantryChain.Domain.Time;
using PantryChain.Ledger.Contracts;

namespace PantryChain.Store.Hosting;

/// <summary>What anyone may know of this cooperative.</summary>
internal static class CooperativeEndpoints
{
    /// <summary><c>GET /api/v1/cooperative</c>.</summary>
    public static void MapCooperative(this IEndpointRouteBuilder api) => api.MapGet("cooperative", (StoreFolder folder, ContractSet contracts, TimeProvider time) =>
    {
        StoreOptions options = folder.Options;
        return new CooperativeAnswer(
            options.Name, options.NameKo, options.Chain.ChainId, contracts.IsRehearsal, options.Chain.PublicRpcUrl ?? options.Chain.RpcUrl,
            new ContractsAnswer(
                contracts.Bamtol.ToString(), contracts.Bamnamu.ToString(), contracts.Accounts.ToString(), contracts.Devices.ToString(), contracts.Anchor.ToString(),
                contracts.Rewards.ToString(), contracts.Escrow.ToString()),
            new BrokerAnswer(options.Broker.PublicHost ?? options.Broker.Host, options.Broker.Port, options.Broker.Tls),
            options.Rewards.EpochSeconds, options.Orders.VetoSeconds,
            contracts.IsRehearsal && time is HouseholdTime clock ? new ClockAnswer(clock.Origin, clock.Start, clock.Speed) : null);
    });
}

/// <summary>The cooperative.</summary>
internal sealed record CooperativeAnswer(
    string Name, string NameKo, long ChainId, bool Rehearsal, string RpcUrl, ContractsAnswer Contracts, BrokerAnswer Broker, uint EpochSeconds, uint VetoSeconds,
    ClockAnswer? Clock);

/// <summary>Addresses of its contracts.</summary>
internal sealed record ContractsAnswer(string Bamtol, string Bamnamu, string Accounts, string Devices, string Anchor, string Rewards, string Escrow);

/// <summary>A rehearsal's clock, which whoever joins it from elsewhere needs.</summary>
internal sealed record ClockAnswer(DateTimeOffset Origin, DateTimeOffset Start, double Speed);

/// <summary>Its broker.</summary>
internal sealed record BrokerAnswer(string Host, int Port, bool Tls);
