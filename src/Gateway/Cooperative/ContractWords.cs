using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Cooperative;

/// <summary>What a store's contracts are, in words for the member: known code or not, who holds which office, what is fixed for ever.</summary>
internal static class ContractWords
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10); // a node that needs longer counts as away

    /// <summary>Looks at the contracts through the node that the store names and through every other that the member trusts.</summary>
    /// <param name="info">The store.</param>
    /// <param name="nodes">Further nodes (<c>cooperative.nodes</c>): the store's own may say anything.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>What the store's node tells, and what any of them finds wrong.</returns>
    /// <exception cref="EvmException">A node does not answer.</exception>
    /// <exception cref="FormatException">The store names contracts that are none.</exception>
    public static async Task<(ContractReport Report, string[] Problems)> InspectAsync(CooperativeInfo info, IReadOnlyList<Uri> nodes, CancellationToken stop)
    {
        ContractReport first = await InspectAsync(info, info.RpcUrl, stop);
        List<string> problems = [.. first.Problems, .. Contradictions(first, info)];
        foreach (Uri node in nodes)
        {
            ContractReport other = await InspectAsync(info, node, stop);
            problems.AddRange(other.Problems.Concat(Contradictions(other, info)).Except(problems).Select(problem => $"By {node}: {problem}").ToArray());
        }
        return (first, [.. problems]);
    }

    private static async Task<ContractReport> InspectAsync(CooperativeInfo info, Uri address, CancellationToken stop)
    {
        using HttpClient node = new() { BaseAddress = address };
        return await new ContractInspection(new JsonRpcClient(node, RevertReasons.BuiltIn, Patience, JsonRpcClient.GatewayAnswer), info.Contracts.ToContractSet((ulong)info.ChainId)).RunAsync(stop);
    }

    /// <summary>Says what the contracts are; stops before anything is signed when they are not known.</summary>
    /// <param name="info">The store.</param>
    /// <param name="nodes">Further nodes than the store's own.</param>
    /// <param name="acceptUnknown">The member takes the risk.</param>
    /// <param name="output">Where it is said.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="UserError">They are not known, or cannot be read.</exception>
    public static async Task RequireKnownAsync(CooperativeInfo info, IReadOnlyList<Uri> nodes, bool acceptUnknown, TextWriter output, CancellationToken stop)
    {
        ContractReport report;
        string[] problems;
        try
        {
            (report, problems) = await InspectAsync(info, nodes, stop);
        }
        catch (EvmException error)
        {
            throw new UserError($"The store's contracts cannot be read: {error.Message}", error);
        }
        catch (FormatException error)
        {
            throw new UserError($"The store names contracts that are none: {error.Message} Check the address, or ask the cooperative.", error);
        }
        foreach (string line in Describe(report, info))
            output.WriteLine(line);
        if (problems.Length == 0)
            return;
        string what = string.Join(' ', problems);
        if (!acceptUnknown)
            throw new UserError(
                $"{Foreign.Short(info.Name)} is not joined: its contracts are not those that this program was built with. {what} Ask the cooperative which version it runs and update this program; "
                + "'--accept-unknown-contracts' joins all the same, and then whoever wrote that code can do anything with your money.");
        output.WriteLine($"Warning: unknown contracts, taken on your word. {what}");
    }

    /// <summary>Where the store says something else than the contracts do.</summary>
    private static IEnumerable<string> Contradictions(ContractReport report, CooperativeInfo info)
    {
        if (report.Terms.TryGetValue("veto", out UInt128 veto) && veto != (UInt128)info.VetoSeconds)
            yield return $"The store says that an order can be called off for {info.VetoSeconds} s, the escrow says {veto} s.";
        if (report.Terms.TryGetValue("epochSeconds", out UInt128 epoch) && epoch != (UInt128)info.EpochSeconds)
            yield return $"The store says that an epoch has {info.EpochSeconds} s, the distributor says {epoch} s.";
    }

    /// <summary>Roles and terms, a line each.</summary>
    private static IEnumerable<string> Describe(ContractReport report, CooperativeInfo info)
    {
        int known = report.Findings.Count(finding => finding.Problem is null);
        yield return $"Contracts: {known} of {report.Findings.Count} are this program's own, as {info.RpcUrl} tells them.";
        foreach (IGrouping<AccountAddress, string> holder in report.Roles.GroupBy(role => role.Value, role => role.Key))
            yield return $"  {string.Join(", ", holder)}: {holder.Key}";
        if (report.Terms.TryGetValue("veto", out UInt128 veto) && report.Terms.TryGetValue("holdSeconds", out UInt128 hold))
            yield return $"  an order can be called off for {Hours(veto)}, a reward is held for {Hours(hold)}";
    }

    private static string Hours(UInt128 seconds) => $"{(decimal)seconds / 3600:0.##} h";
}
