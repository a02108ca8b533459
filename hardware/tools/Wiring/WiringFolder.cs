namespace PantryChain.Wiring;

/// <summary>A folder of wirings with the parts that they use.</summary>
public static class WiringFolder
{
    /// <summary>The wirings of a folder, read and checked, in order of their names.</summary>
    /// <exception cref="WiringException">The first fault.</exception>
    public static IReadOnlyList<WiringPlan> Read(string folder)
    {
        IReadOnlyDictionary<string, PartKind> parts = PartCatalogue.Read("parts.txt", File.ReadAllText(Path.Combine(folder, "parts.txt")));
        List<WiringPlan> plans = [.. Directory.EnumerateFiles(folder, "*.wiring").Order(StringComparer.Ordinal).Select(file => WiringPlan.Read(Path.GetFileName(file), File.ReadAllText(file), parts))];
        plans.ForEach(WiringCheck.Check);
        return plans;
    }

    /// <summary>Each drawing's file name and text.</summary>
    /// <exception cref="WiringException">The first fault.</exception>
    public static IReadOnlyDictionary<string, string> Draw(string folder) =>
        new SortedDictionary<string, string>(
            Read(folder).Select(plan => (Name: Path.ChangeExtension(plan.File, ".svg"), Svg: Drawing.Of(plan))).Concat(Steps(folder).Select(step => (Name: step.Name + ".svg", Svg: step.Draw())))
                .ToDictionary(drawn => drawn.Name, drawn => drawn.Svg),
            StringComparer.Ordinal);

    /// <summary>The steps of the calibration guide.</summary>
    /// <exception cref="WiringException">The first fault.</exception>
    public static IReadOnlyList<StepDrawing> Steps(string folder) => StepDrawing.Read("calibration.steps", File.ReadAllText(Path.Combine(folder, "calibration.steps")));
}
